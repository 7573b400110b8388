import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStreamParser } from '../../main/resources/webroot/event-stream-parser.js';
import { randomNumbers } from './support/random.mjs';

const bytes = (text) => new TextEncoder().encode(text);

function parse(...chunks) {
  const parser = new EventStreamParser();
  return chunks.flatMap((chunk) => parser.push(typeof chunk === 'string' ? bytes(chunk) : chunk));
}

const event = (data, type = 'message') => ({ type, data });

test('an event has a type and data; its id is left out', () => {
  assert.deepEqual(parse('id: 17\nevent: status\ndata: {"version":17}\n\n'), [
    event('{"version":17}', 'status'),
  ]);
});

test('an event without a type is a message', () => {
  assert.deepEqual(parse('event: status\ndata: a\n\ndata: b\n\n'), [event('a', 'status'), event('b')]);
});

test('lines of data are joined, and one blank before a value is not part of it', () => {
  assert.deepEqual(parse('data: a\ndata:  b\ndata:c\ndata\ndata:\n\n'), [event('a\n b\nc\n\n')]);
});

test('data that is empty still makes an event, no data makes none', () => {
  assert.deepEqual(parse('data\n\n'), [event('')]);
  assert.deepEqual(parse('event: status\nid: 3\n\n'), []);
});

test('an event without data does not leave its type to the next', () => {
  assert.deepEqual(parse('id: 3\nevent: status\n\ndata: x\n\n'), [event('x')]);
});

for (const [name, end] of [['LF', '\n'], ['CR', '\r'], ['CRLF', '\r\n']]) {
  test(`lines may end with ${name}`, () => {
    const text = ['id: 1', 'data: a', 'data: b', '', 'data: c', '', ''].join(end);
    assert.deepEqual(parse(text), [event('a\nb'), event('c')]);
  });
}

test('a CRLF that is cut in two is one line end', () => {
  assert.deepEqual(parse('data: a\r', '\ndata: b\r', '\n\r', '\n'), [event('a\nb')]);
});

test('an event that ends with CR is there at once, before what follows is known', () => {
  assert.deepEqual(parse('data: a\r\r'), [event('a')]);
});

test('an LF after CR and an empty chunk is still its second half', () => {
  assert.deepEqual(parse('data: a\r', '', '\ndata: b\n\n'), [event('a\nb')]);
});

test('one byte order mark at the start is dropped, also in pieces, and no other', () => {
  assert.deepEqual(parse('\uFEFFdata: a\n\n'), [event('a')]);
  assert.deepEqual(parse(...[...bytes('\uFEFFdata: a\n\n')].map((b) => Uint8Array.of(b))), [
    event('a'),
  ]);
  assert.deepEqual(parse('\uFEFF\uFEFFdata: a\n\n'), []);
  assert.deepEqual(parse('data: \uFEFFa\n\n'), [event('\uFEFFa')]);
});

test('comments, unknown fields and fields with blanks around their names are ignored', () => {
  assert.deepEqual(parse(':\n: hello\nfoo: bar\n data: x\ndata : y\ndata: a\n\n'), [event('a')]);
});

test('retry takes digits and nothing else, and needs no blank line', () => {
  assert.deepEqual(parse('retry: 1374\nretry: 12x\nretry: -1\nretry:\nretry: 1.5\nretry:  7\n'), [
    { retry: 1374 },
  ]);
});

test('an event that no blank line ended is not an event', () => {
  assert.deepEqual(parse('data: a\n'), []);
  assert.deepEqual(parse('data: a\n\ndata: b'), [event('a')]);
});

test('characters are decoded across chunks, and broken ones replaced', () => {
  const [first, second, third] = bytes('€');
  assert.deepEqual(parse('data: ', Uint8Array.of(first), Uint8Array.of(second, third), '\n\n'), [
    event('€'),
  ]);
  assert.deepEqual(parse('data: ', Uint8Array.of(0xff), '\n\n'), [event('\uFFFD')]);
});

test('unicode line separators end no line', () => {
  assert.deepEqual(parse('data: a\u2028b\u2029c\u0085d\n\n'), [event('a\u2028b\u2029c\u0085d')]);
});

test('an event without an end is refused before it fills the memory', () => {
  const parser = new EventStreamParser();
  const chunk = bytes(`data: ${'x'.repeat(1 << 18)}`);
  assert.throws(() => {
    for (let i = 0; i < 8; i++) parser.push(chunk);
  }, RangeError);
});

test('the same bytes make the same events however they are cut', () => {
  const random = randomNumbers(20250109);
  const pick = (...choices) => choices[Math.floor(random() * choices.length)];
  const line = () =>
    pick('data: ü€😀', 'data', 'data:x', 'event: status', 'id: 7', 'id: a\0', ': heartbeat', '',
      '', '', 'retry: 900', 'retry: x', 'foo', '\uFEFF', 'data: \uFEFF') + pick('\n', '\r', '\r\n');
  for (let round = 0; round < 400; round++) {
    const mark = pick('', '\uFEFF');
    const whole = bytes(mark + Array.from({ length: Math.floor(random() * 30) }, line).join(''));
    const expected = parse(whole);
    const parser = new EventStreamParser();
    const events = [];
    for (let at = 0; at < whole.length; ) {
      const size = Math.floor(random() * 5); // now and then an empty chunk
      events.push(...parser.push(whole.subarray(at, at + size)));
      at += size;
    }
    assert.deepEqual(events, expected, `round ${round}: ${JSON.stringify(String(whole))}`);
  }
});
