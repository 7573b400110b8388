import { Account } from './account.js';
import { LeadExport } from './lead-export.js';
import { newsWords } from './lead-rows.js';
import { LeadsTable } from './lead-table.js';
import { refusalWords, sorted } from './files.js';
import { Session, tokenInFragment } from './memory.js';
import { News } from './news.js';
import { developmentToken, readSettings } from './service.js';
import { SignIn } from './sign-in.js';
import { fileSize } from './words.js';
import { UploadList } from './upload-list.js';

const byId = (id) => document.getElementById(id);

/** Uploads that are over at the same time are told of together. */
const GATHER_MS = 200;

const session = new Session(sessionStorage);
const news = new News();
const signIn = new SignIn(enter);
let maxFileSize = 0;
let isDevelopment = false;
let here = null; // what belongs to the user who is signed in

connectCaller();
connectDrop();
connectInspector();
showSettings();
const token = tokenOfAddress() ?? session.token;
if (token) enter(token);
else askForToken('');

/** Somebody has a token: another one of the same person, or another person's. */
function enter(token) {
  if (here?.account.accepts(token)) {
    session.token = token;
    signIn.hide();
    here.uploads.restart();
    here.leads.refresh([]);
    return;
  }
  if (!mayStopSending()) return;
  session.token = token;
  signIn.hide();
  leave();
  const account = new Account(token, freshToken);
  const leads = new LeadsTable({ service: account.service, onUnauthorized: askForToken });
  here = {
    account,
    leads,
    over: [],
    export: new LeadExport({
      service: account.service,
      wish: () => leads.wish,
      onUnauthorized: askForToken,
    }),
    uploads: new UploadList({
      account,
      session,
      onOver: uploadOver,
      onUnauthorized: askForToken,
      onRecord: showRecord,
    }),
  };
  showCaller();
}

/** On a machine for trying out nobody has to sign in again; elsewhere there is no other token. */
async function freshToken(name) {
  if (!isDevelopment) return undefined;
  const fresh = await developmentToken(name);
  if (here?.account.name === name) session.token = fresh;
  return fresh;
}

/** Nothing of the person before stays: not on the page, and not on its way. */
function leave() {
  clearTimeout(here?.telling);
  for (const part of [here?.uploads, here?.leads, here?.export]) part?.close();
  here = null;
  news.hide();
  byId('drop-problem').textContent = '';
  byId('uploads-problem').textContent = '';
  byId('record').close();
  byId('record-json').textContent = '';
  document.dispatchEvent(new CustomEvent('left'));
  showCaller();
}

function uploadOver(status) {
  const { over } = here;
  over.push(status);
  clearTimeout(here.telling);
  here.telling = setTimeout(() => {
    const ended = over.splice(0);
    here.leads.refresh(ended);
    const show = { label: 'Show them', act: () => here?.leads.showNewest() };
    const any = ended.some(({ progress }) => progress?.processedLeads > 0);
    news.tell(newsWords(ended), any && !here.leads.showsNewest ? show : undefined);
  }, GATHER_MS);
}

function connectCaller() {
  addEventListener('hashchange', () => {
    const given = tokenOfAddress();
    if (given) enter(given);
  });
  byId('switch-user').addEventListener('click', () => askForToken('', true));
  byId('sign-out').addEventListener('click', () => {
    if (!mayStopSending()) return;
    session.token = null;
    leave();
    askForToken('', true);
  });
}

/** Out of the address bar at once, so that it is neither shared nor kept in the history. */
function tokenOfAddress() {
  const given = tokenInFragment(location.hash);
  if (given) history.replaceState(history.state, '', location.pathname + location.search);
  return given;
}

function askForToken(why, wanted = false) {
  signIn.ask(why ?? '', wanted);
}

function mayStopSending() {
  return !here?.uploads.isSending || confirm('Files are still being sent. Stop that?');
}

function showCaller() {
  byId('caller').hidden = !here;
  byId('uploads-of-user').hidden = !here;
  byId('leads').hidden = !here;
  byId('caller-name').textContent = here?.account.name ?? '';
}

function connectDrop() {
  const drop = byId('drop');
  const input = byId('file');
  input.addEventListener('change', () => {
    addAll([...input.files]);
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
    const files = [...dataTransfer.files].filter((_, index) => !entries[index]?.isDirectory);
    addAll(files, folders ? ['Folders cannot be uploaded, only files.'] : []);
  });
}

function addAll(files, problems = []) {
  if (!here) {
    askForToken('Sign in first, then choose the files again.', true);
    return;
  }
  const { wanted, refused } = sorted(files, maxFileSize);
  const lines = [...problems, ...refused.map(refusalWords)].map((words) => {
    const line = document.createElement('span');
    line.textContent = words;
    return line;
  });
  byId('drop-problem').replaceChildren(...lines);
  for (const file of wanted) here.uploads.add(file);
}

/** The page works without; what is too large will be refused in words. */
async function showSettings() {
  const settings = await readSettings().catch(() => ({}));
  byId('stand-in').hidden = !settings.standInModel;
  if (settings.maxFileSize > 0) {
    ({ maxFileSize } = settings);
    byId('limits').textContent = `CSV or XLSX, up to ${fileSize(maxFileSize)}`;
  }
  const users = Array.isArray(settings.developmentUsers) ? settings.developmentUsers : [];
  isDevelopment = users.length > 0;
  signIn.offer(users.map(String));
}

async function showRecord(uploadId) {
  const { account } = here;
  const dialog = byId('record');
  const json = byId('record-json');
  const say = (words) => {
    if (here?.account === account) json.textContent = words;
  };
  byId('record-url').textContent = `GET /status/${uploadId}`;
  json.textContent = '';
  dialog.showModal();
  try {
    say(JSON.stringify(await account.service.status(uploadId), null, 2));
  } catch (failure) {
    say(failure.message);
    if (failure.status === 401) {
      dialog.close();
      askForToken(failure.message);
    }
  }
}

/** What it needs is loaded, and listened for, only while it is open. */
function connectInspector() {
  const button = byId('inspect');
  let inspector = null;
  const toggle = async (open) => {
    button.setAttribute('aria-expanded', String(open));
    const url = new URL(location);
    if (open) url.searchParams.set('inspect', '');
    else url.searchParams.delete('inspect');
    history.replaceState(history.state, '', url);
    if (!open) {
      inspector?.close();
      inspector = null;
      return;
    }
    const { Inspector } = await import('./inspector.js');
    if (button.getAttribute('aria-expanded') !== 'true' || inspector) return;
    inspector = new Inspector({
      service: () => here?.account.service,
      onClose: () => {
        toggle(false);
        button.focus();
      },
    });
  };
  button.addEventListener('click', () => toggle(button.getAttribute('aria-expanded') !== 'true'));
  addEventListener('keydown', (event) => {
    if (!event.altKey || !event.shiftKey || event.code !== 'KeyI') return;
    event.preventDefault();
    toggle(button.getAttribute('aria-expanded') !== 'true');
  });
  if (new URLSearchParams(location.search).has('inspect')) toggle(true);
}
