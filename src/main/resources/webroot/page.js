import { LeadsTable } from './lead-table.js';
import { Service } from './service.js';
import { Session, subjectOf, tokenInFragment } from './memory.js';
import { fileSize } from './words.js';
import { UploadList } from './upload-list.js';

const byId = (id) => document.getElementById(id);
let refreshing;

const session = new Session(sessionStorage);
const tokenProvider = async () => session.token; // nobody here can make a fresh one but the user
const service = new Service((url, init) => fetch(url, init), tokenProvider);
const leads = new LeadsTable({ service, onUnauthorized: askForToken });
const uploads = new UploadList(byId('uploads'), {
  service,
  session,
  tokenProvider,
  onOver: refreshSoon,
  onUnauthorized: askForToken,
  onRecord: showRecord,
});

connectToken();
connectDrop();
showSettings();
uploads.restore();
if (session.token) leads.refresh();
else askForToken('');

/** Once for all the uploads that are found to be over at the same time, as after a reload. */
function refreshSoon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => leads.refresh(), 200);
}

function connectToken() {
  takeTokenFromFragment();
  addEventListener('hashchange', () => {
    if (takeTokenFromFragment()) useToken(session.token);
  });
  byId('token-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const token = byId('token').value.trim();
    if (token) useToken(token);
  });
  byId('change-token').addEventListener('click', () => askForToken('', true));
  showCaller();
}

/** Out of the address bar at once, so that it is neither shared nor kept in the history. */
function takeTokenFromFragment() {
  const token = tokenInFragment(location.hash);
  if (!token) return false;
  history.replaceState(history.state, '', location.pathname + location.search);
  session.token = token;
  return true;
}

function useToken(token) {
  session.token = token;
  byId('token').value = '';
  byId('token-form').hidden = true;
  showCaller();
  uploads.restart();
  leads.refresh();
}

function askForToken(why, wanted = false) {
  byId('token-why').textContent = why ?? '';
  const form = byId('token-form');
  const shown = !form.hidden;
  form.hidden = false;
  if (!shown || wanted) byId('token').focus();
}

function showCaller() {
  byId('caller').hidden = !session.token;
  byId('leads').hidden = !session.token;
  byId('caller-name').textContent = subjectOf(session.token ?? '') ?? '';
}

function connectDrop() {
  const drop = byId('drop');
  const input = byId('file');
  input.addEventListener('change', () => {
    addAll(input.files);
    input.value = ''; // the same file may be chosen again
  });
  // A file that misses the area would otherwise take the place of the page.
  for (const type of ['dragover', 'drop']) {
    addEventListener(type, (event) => {
      if ([...(event.dataTransfer?.types ?? [])].includes('Files')) event.preventDefault();
    });
  }
  drop.addEventListener('dragover', () => drop.classList.add('over'));
  for (const type of ['dragleave', 'dragend', 'drop']) {
    drop.addEventListener(type, () => drop.classList.remove('over'));
  }
  drop.addEventListener('drop', ({ dataTransfer }) => {
    const entries = [...dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
    const folders = entries.some((entry) => entry?.isDirectory);
    addAll([...dataTransfer.files].filter((_, index) => !entries[index]?.isDirectory));
    byId('drop-problem').textContent = folders ? 'Folders cannot be uploaded, only files.' : '';
  });
}

function addAll(files) {
  byId('drop-problem').textContent = '';
  for (const file of files) uploads.add(file);
}

async function showSettings() {
  try {
    const { standInModel, maxFileSize } = await service.settings();
    byId('stand-in').hidden = !standInModel;
    if (maxFileSize > 0) byId('limits').textContent = `CSV or XLSX, up to ${fileSize(maxFileSize)}`;
  } catch {
    // The page works without; what is too large will be refused in words.
  }
}

async function showRecord(uploadId) {
  const dialog = byId('record');
  const json = byId('record-json');
  byId('record-url').textContent = `GET /status/${uploadId}`;
  json.textContent = '';
  dialog.showModal();
  try {
    json.textContent = JSON.stringify(await service.status(uploadId), null, 2);
  } catch (failure) {
    json.textContent = failure.message;
    if (failure.status === 401) {
      dialog.close();
      askForToken(failure.message);
    }
  }
}
