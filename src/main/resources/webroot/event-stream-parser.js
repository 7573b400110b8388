/** A status record is under 2 KB; a line or an event beyond this is not one of ours. */
const LONGEST = 1 << 20;

/**
 * Reads an event stream as the HTML standard says (section 9.2.6, "Interpreting an event stream")
 * from chunks of bytes that may be cut anywhere: inside a character, between CR and LF, inside the
 * byte order mark. Knows nothing of HTTP.
 *
 * `push` returns what became complete with this chunk, in order: `{type, data}` of events, and
 * `{retry}` in milliseconds. An event that no blank line ended is never returned. Ids are left out:
 * the version of a record is its id.
 */
export class EventStreamParser {
  #decoder = new TextDecoder(); // takes the byte order mark away
  #afterCarriageReturn = false;
  #line = '';
  #type = '';
  #data = '';

  /** @param {Uint8Array} bytes */
  push(bytes) {
    const found = [];
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return found;
    if (this.#afterCarriageReturn && text[0] === '\n') text = text.slice(1); // half of a CRLF
    this.#afterCarriageReturn = text.endsWith('\r');
    const lines = text.split(/\r\n?|\n/);
    lines[0] = this.#line + lines[0];
    this.#line = lines.pop();
    for (const line of lines) this.#endLine(line, found);
    if (this.#line.length + this.#data.length > LONGEST) {
      throw new RangeError('endless event');
    }
    return found;
  }

  #endLine(line, found) {
    if (line === '') {
      if (this.#data !== '') found.push({ type: this.#type || 'message', data: this.#data.slice(0, -1) });
      this.#type = '';
      this.#data = '';
      return;
    }
    // A line that begins with a colon is a comment: a field without a name.
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
    if (field === 'event') this.#type = value;
    else if (field === 'data') this.#data += `${value}\n`;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) found.push({ retry: Number(value) });
  }
}
