import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bundled, modulesOf, served } from './size.mjs';

/** The aim is 12 KiB; this keeps what is reached. */
const BUNDLED = 13 * 1024;
const SERVED = 27 * 1024;

test('the component costs a page no more than its budget', async (t) => {
  const size = await bundled();
  if (size === undefined) {
    t.skip('esbuild is not installed: npm ci in src/test/js');
    return;
  }
  assert.ok(size <= BUNDLED, `${size} of ${BUNDLED} bytes`);
});

test('as it is served, comments and all, it stays within reach', () => {
  assert.ok(served() <= SERVED, `${served()} of ${SERVED} bytes`);
});

test('the package holds every module that it exports, and what those import', () => {
  const folder = '../../main/resources/webroot/';
  const { exports, files } = JSON.parse(readFileSync(new URL(`${folder}package.json`, import.meta.url)));
  const entries = Object.values(exports).filter((path) => path.endsWith('.js'));
  for (const entry of entries) {
    for (const name of modulesOf(entry.slice(2))) assert.ok(files.includes(name), name);
  }
});
