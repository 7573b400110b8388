import { fileSize } from './words.js';

/** What the service reads, by the extension that decides there, too. */
const EXTENSIONS = ['csv', 'xlsx'];

/**
 * Parts the files that are worth sending from those that the service would refuse. What a browser
 * says of a file's type is not asked: it knows CSV by many names, and by none.
 *
 * @param {Iterable<{name: string, size: number}>} files
 * @param {number} maxFileSize in bytes; 0 while it is not known, then the service decides
 * @returns {{wanted: File[], refused: {why: string, names: string[]}[]}}
 */
export function sorted(files, maxFileSize) {
  const wanted = [];
  const reasons = new Map();
  for (const file of files) {
    const why = refusalOf(file, maxFileSize);
    if (!why) wanted.push(file);
    else if (reasons.has(why)) reasons.get(why).push(file.name);
    else reasons.set(why, [file.name]);
  }
  return { wanted, refused: [...reasons].map(([why, names]) => ({ why, names })) };
}

function refusalOf({ name, size }, maxFileSize) {
  const extension = /\.([^.]*)$/.exec(name)?.[1].toLowerCase();
  if (!EXTENSIONS.includes(extension)) return 'only CSV and XLSX files can be read.';
  if (maxFileSize > 0 && size > maxFileSize) {
    return `larger than ${fileSize(maxFileSize)}. Split it into smaller files and upload those.`;
  }
  return '';
}

const NAMED = 3;

/** One refusal in words, short also when a hundred files were dropped. */
export function refusalWords({ why, names }) {
  const left = names.length - NAMED;
  const shown = names.slice(0, left > 0 ? NAMED : undefined).join(', ');
  return `Not uploaded: ${shown}${left > 0 ? ` and ${left} more` : ''}: ${why}`;
}
