// Follows one upload with a client of somebody else's, and prints what it saw, one JSON object a line:
//   node foreign-client.mjs eventsource|fetch-event-source URL TOKEN
// Each is used as its own documents say; docs/clients.md has the same lines for copying.
const [client, url, token] = process.argv.slice(2);
const headers = {Authorization: `Bearer ${token}`};

const say = (seen) => console.log(JSON.stringify(seen));
const event = (type, id, data) => {
  const {version, status} = JSON.parse(data);
  say({type, id, version, status});
};

const clients = {
  async eventsource() {
    const {EventSource} = await import('eventsource');
    const source = new EventSource(url, {
      fetch: (input, init) => fetch(input, {...init, headers: {...init.headers, ...headers}}),
    });
    source.addEventListener('status', (e) => event('status', e.lastEventId, e.data));
    source.addEventListener('open', () => say({open: true}));
    await new Promise((resolve) => {
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) resolve();
      });
    });
  },

  async 'fetch-event-source'() {
    // What it takes from a browser.
    globalThis.window = globalThis;
    globalThis.document = {hidden: false, addEventListener() {}, removeEventListener() {}};
    const {fetchEventSource} = await import('@microsoft/fetch-event-source');
    class Over extends Error {}
    // It takes an id for seen when its line is read, not when the event is whole: cut in between, the event would be
    // lost. So the id of the last whole event is sent in its place.
    let last;
    const over = fetchEventSource(url, {
      headers,
      openWhenHidden: true,
      fetch(input, init) {
        const sent = new Headers(init.headers);
        sent.delete('last-event-id');
        if (last) sent.set('last-event-id', last);
        return fetch(input, {...init, headers: sent});
      },
      async onopen(response) {
        if (response.status === 204) throw new Over();
        say({open: true});
      },
      onmessage: (e) => {
        if (e.id) last = e.id;
        if (e.event === 'status') event('status', e.id, e.data);
      },
      // It takes the end of a body for the end of everything; here it may be a connection that was cut.
      onclose() {
        throw new Error('closed');
      },
      onerror(error) {
        if (error instanceof Over) throw error;
      },
    });
    await over.catch((error) => {
      if (!(error instanceof Over)) throw error;
    });
  },
};

await clients[client]();
say({stopped: true});
