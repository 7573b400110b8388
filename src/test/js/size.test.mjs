import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bundled, modulesOf, served } from './size.mjs';

const BUNDLED = 12 * 1024;
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

test('the package holds what it exports and what that imports, their types, and nothing else', (t) => {
  const folder = new URL('../../main/resources/webroot/', import.meta.url);
  const npm = spawnSync('npm', ['pack', '--dry-run', '--json'], { cwd: folder, encoding: 'utf8' });
  if (npm.error) {
    t.skip('npm is not installed');
    return;
  }
  const packed = JSON.parse(npm.stdout)[0].files.map(({ path }) => path);
  const { exports } = JSON.parse(readFileSync(new URL('package.json', folder)));
  const wanted = new Set(['package.json', 'README.md']);
  for (const entry of Object.values(exports)) {
    if (!entry.default) continue;
    wanted.add(entry.types.slice(2));
    for (const name of modulesOf(entry.default.slice(2))) wanted.add(name);
  }
  assert.deepEqual(packed.sort(), [...wanted].sort());
});
