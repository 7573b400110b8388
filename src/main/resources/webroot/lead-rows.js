import { say } from './words.js';

/**
 * Shows a page of leads in the rows of a table: a lead that is there already keeps its row, so that
 * neither focus nor selection is lost, and what uploads that ended just now brought is marked.
 *
 * @param {HTMLTableSectionElement} body
 * @param {object[]} leads
 * @param {object} options
 * @param {(lead: object) => HTMLTableRowElement} options.row a row for a lead
 * @param {Map<string, string>} options.fresh uploads whose leads are news, and when each began
 */
export function refreshedRows(body, leads, { row, fresh }) {
  const before = new Map([...body.rows].map((each) => [each.dataset.key, each]));
  let place = body.rows[0] ?? null;
  for (const lead of leads) {
    const key = `${lead.leadId} ${lead.updatedAt}`;
    const element = before.get(key) ?? row(lead);
    before.delete(key);
    element.dataset.key = key;
    element.dataset.leadId = lead.leadId ?? '';
    element.dataset.uploadId = lead.uploadId ?? '';
    mark(element, newsOf(lead, fresh));
    if (element === place) place = place.nextElementSibling;
    else body.insertBefore(element, place);
  }
  for (const left of before.values()) left.remove();
}

/** What a lead is after these uploads: `New`, `Updated`, or nothing worth saying. */
export function newsOf(lead, fresh) {
  if (!fresh.has(lead.uploadId)) return '';
  return Date.parse(lead.createdAt) >= Date.parse(fresh.get(lead.uploadId)) ? 'New' : 'Updated';
}

/**
 * Whether uploads wrote leads of which none is shown yet, where the newest would be.
 *
 * @param {object[]} statuses
 * @param {string[]} shown the upload of each row
 */
export function mayNeedMore(statuses, shown) {
  return statuses.some(
    ({ uploadId, progress }) => progress?.processedLeads > 0 && !shown.includes(uploadId),
  );
}

function mark(row, news) {
  row.classList.toggle('news', news !== '');
  const badge = row.querySelector('.badge');
  if (!news) badge?.remove();
  else if (badge) badge.textContent = news;
  else {
    const made = document.createElement('span');
    made.className = 'badge';
    made.textContent = news;
    row.cells[0].append(' ', made);
  }
}

/** What ended, in one sentence. */
export function newsWords(statuses) {
  const sum = (name) => statuses.reduce((total, { progress }) => total + (progress?.[name] ?? 0), 0);
  const created = sum('createdLeads');
  const updated = sum('updatedLeads');
  const failed = statuses.filter(({ status }) => status === 'error').length;
  const cancelled = statuses.filter(({ status }) => status === 'cancelled').length;
  const [only] = statuses;
  const subject =
    statuses.length === 1
      ? (only.metadata?.fileName ?? 'The upload')
      : `${statuses.length} uploads are over`;
  const parts = [];
  if (created > 0 || updated > 0) parts.push(say('saved', { created, updated }));
  if (failed > 0) parts.push(statuses.length === 1 ? 'failed' : `${failed} failed`);
  if (cancelled > 0) parts.push(statuses.length === 1 ? 'cancelled' : `${cancelled} cancelled`);
  if (parts.length === 0) parts.push('no leads');
  return `${subject}: ${parts.join(', ')}`;
}
