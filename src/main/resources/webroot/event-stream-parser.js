/** A status record is under 2 KB; a line or an event beyond this is not one of ours. */
const LONGEST = 1 << 20;

/**
 * Reads an event stream as the HTML standard says (section 9.2.6, "Interpreting an event stream")
 * from chunks of bytes that may be cut anywhere: inside a character, between CR and LF, inside the
 * byte order mark. Knows nothing of HTTP.
 *
 * `push` returns what became complete with this chunk, in order: `{kind: 'event', type, data,
 * lastEventId}` and `{kind: 'retry', ms}`. An event that no blank line ended is never returned.
 */
export class EventStreamParser {
  // The mark is ours to remove: with the decoder's own handling two of them would go.
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #started = false;
  #afterCarriageReturn = false;
  #line = '';
  #type = '';
  #data = '';
  #id = '';

  /** @param {Uint8Array} bytes */
  push(bytes) {
    const found = [];
    let text = this.#decoder.decode(bytes, { stream: true });
    if (!this.#started && text !== '') {
      this.#started = true;
      if (text[0] === '\uFEFF') text = text.slice(1);
    }
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text[at];
      if (char !== '\n' && char !== '\r') {
        this.#afterCarriageReturn = false;
      } else if (char === '\n' && this.#afterCarriageReturn) {
        this.#afterCarriageReturn = false; // the second half of a CRLF
        from = at + 1;
      } else {
        this.#afterCarriageReturn = char === '\r';
        this.#endLine(this.#line + text.slice(from, at), found);
        this.#line = '';
        from = at + 1;
      }
    }
    this.#line += text.slice(from);
    if (this.#line.length + this.#data.length > LONGEST) {
      throw new RangeError(`an event is longer than ${LONGEST} characters`);
    }
    return found;
  }

  #endLine(line, found) {
    if (line === '') {
      this.#dispatch(found);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value[0] === ' ') value = value.slice(1);
    switch (field) {
      case 'event':
        this.#type = value;
        break;
      case 'data':
        this.#data += `${value}\n`;
        break;
      case 'id':
        if (!value.includes('\0')) this.#id = value;
        break;
      case 'retry':
        if (/^[0-9]+$/.test(value)) found.push({ kind: 'retry', ms: Number(value) });
        break;
      default: // the standard: ignored
    }
  }

  #dispatch(found) {
    if (this.#data !== '') {
      found.push({
        kind: 'event',
        type: this.#type || 'message',
        data: this.#data.slice(0, -1),
        lastEventId: this.#id,
      });
    }
    this.#type = '';
    this.#data = '';
  }
}
