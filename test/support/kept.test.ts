import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { kept, stateOfFiles } from './kept.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const cache = makeTemporaryFolder();
const makes: string[] = [];
const thing = (name: string, madeOf: string, text = madeOf) =>
  kept(
    name,
    [madeOf],
    async (folder) => {
      makes.push(`${name} ${madeOf}`);
      writeFileSync(join(folder, 'text'), text);
    },
    cache,
  );
const textIn = (folder: string) => readFileSync(join(folder, 'text'), 'utf8');
const entries = (name: string) => readdirSync(cache).filter((entry) => entry.startsWith(name));

beforeEach(() => {
  makes.length = 0;
});

it('makes a thing once, and anew when it is made of something else', async () => {
  const first = await thing('once', 'a');
  expect(await thing('once', 'a', 'not made')).toBe(first);
  expect(textIn(first)).toBe('a');
  const second = await thing('once', 'b');

  expect(second).not.toBe(first);
  expect(textIn(second)).toBe('b');
  expect(makes).toEqual(['once a', 'once b']);
});

it('removes what was kept by the same name, and nothing else', async () => {
  const longer = await thing('image-of-other', 'a');
  const old = await thing('image', 'a');
  const fresh = await thing('image', 'b');

  expect([longer, old, fresh].map(existsSync)).toEqual([true, false, true]);
});

it('keeps nothing of what failed', async () => {
  const failing = kept(
    'half',
    ['a'],
    async (folder) => {
      writeFileSync(join(folder, 'text'), 'half');
      throw new Error('no network');
    },
    cache,
  );
  await expect(failing).rejects.toThrow('no network');
  expect(entries('half')).toEqual([]);
  expect(textIn(await thing('half', 'a'))).toBe('a');
});

it('removes what a killed process left, and leaves what a living one makes', async () => {
  const path = await thing('left', 'a');
  const { pid: dead } = spawnSync('true');
  for (const pid of [dead, process.ppid]) mkdirSync(`${path}.${pid}.x`);
  await thing('left', 'b');

  expect(entries('left').filter((entry) => entry.endsWith('.x'))).toEqual([
    `${basename(path)}.${process.ppid}.x`,
  ]);
  expect(entries('left')).toHaveLength(2);
});

it('gives the one that was there first to whoever made the same', async () => {
  const late = await kept(
    'twice',
    ['b'],
    async (folder) => {
      writeFileSync(join(folder, 'text'), 'late');
      // Another process has done by now.
      const path = folder.replace(/[.]\d+[.].*$/, '');
      mkdirSync(path);
      writeFileSync(join(path, 'text'), 'first');
    },
    cache,
  );

  expect(textIn(late)).toBe('first');
  expect(entries('twice')).toHaveLength(1);
});

it('tells files from each other by name, mode and content', async () => {
  const folder = join(cache, 'files');
  mkdirSync(join(folder, 'below'), { recursive: true });
  const file = join(folder, 'below/file');
  writeFileSync(file, 'a', { mode: 0o644 });
  const states = [await stateOfFiles(folder)];
  chmodSync(file, 0o755);
  states.push(await stateOfFiles(folder));
  writeFileSync(file, 'b');
  states.push(await stateOfFiles(folder));
  writeFileSync(join(folder, 'more'), '');
  states.push(await stateOfFiles(folder));

  expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(4);
  expect(await stateOfFiles(folder)).toEqual(states[3]);
  await expect(stateOfFiles(join(folder, 'absent'))).rejects.toThrow('ENOENT');
});
