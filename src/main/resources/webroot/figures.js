/**
 * The figures of one node, out of Prometheus' text form: those that say how far behind the truth
 * what it shows may be. What is not there, or is no number, is null.
 *
 * @param {string} text
 */
export function figuresOf(text) {
  const value = (name) => {
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    const number = line === undefined ? NaN : Number(line.slice(name.length + 1));
    return Number.isFinite(number) ? number : null;
  };
  return {
    tailLag: value('headway_tail_lag'),
    shards: value('headway_tail_leases'),
    boardAge: value('headway_board_age'),
    whole: value('headway_board_whole'),
    busUp: value('headway_bus_up'),
    streams: value('headway_streams_open'),
  };
}

/** A length of time as short as it can be read: `12 ms`, `3.4 s`, `5 min`. */
export function shortTime(ms) {
  if (!Number.isFinite(ms)) return '';
  const size = Math.abs(ms);
  if (size < 1000) return `${Math.round(ms)} ms`;
  if (size < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
