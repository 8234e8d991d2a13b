import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { kept, stateOfFiles } from '../support/kept.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const cache = makeTemporaryFolder();
const module = join(import.meta.dirname, '../support/kept.ts');
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
  expect(entries('half')).toEqual(['half.lock']);
  expect(textIn(await thing('half', 'a'))).toBe('a');
});

it('begins anew after a process that was killed while it made one', async () => {
  const path = await thing('left', 'a');
  const script = `import { kept } from ${JSON.stringify(module)};
    await kept('left', ['b'], () => { console.log('begun'); return new Promise(() => setInterval(() => {}, 9)); },
      ${JSON.stringify(cache)});`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  await once(child.stdout, 'data');
  writeFileSync(join(cache, 'left.making/half'), '');
  child.kill('SIGKILL');
  await once(child, 'close');

  expect(await thing('left', 'a')).toBe(path);
  const next = await thing('left', 'b');
  expect(readdirSync(next)).toEqual(['text']);
  expect(entries('left')).toEqual([basename(next), 'left.lock']);
});

it('makes one for all who ask at once', async () => {
  const [one, other] = await Promise.all([thing('twice', 'a'), thing('twice', 'a')]);

  expect(other).toBe(one);
  expect(makes).toEqual(['twice a']);
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
