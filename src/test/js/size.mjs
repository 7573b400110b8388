import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const FOLDER = new URL('../../main/resources/webroot/', import.meta.url);
/** Everything: the element, and the class for pages that would rather call. */
const ENTRY = 'processing-status-indicator.js';

/** The modules that an entry pulls in, itself included. */
export function modulesOf(entry = ENTRY, found = new Set()) {
  if (found.has(entry)) return found;
  found.add(entry);
  const imports = readFileSync(new URL(entry, FOLDER), 'utf8').matchAll(/(?:from|import) '\.\/([^']+)'/g);
  for (const [, name] of imports) modulesOf(name, found);
  return found;
}

/** Bytes on the wire where each module is served as it is, compressed. */
export function served() {
  const sizes = [...modulesOf()].map((name) => gzipSync(readFileSync(new URL(name, FOLDER)), { level: 9 }).length);
  return sizes.reduce((sum, size) => sum + size);
}

/** Bytes by which a page's bundle grows; undefined where the bundler is not installed. */
export async function bundled() {
  const esbuild = await import('esbuild').catch(() => undefined);
  if (!esbuild) return undefined;
  const { outputFiles } = await esbuild.build({
    entryPoints: [new URL(ENTRY, FOLDER).pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  console.log(`bundled ${await bundled()} bytes, served as it is ${served()} bytes`);
}
