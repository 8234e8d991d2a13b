import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../src/shared/make-folder.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const root = makeTemporaryFolder();
const make = (path: string) => makeFolder(path, { mkdirSync, statSync });
const modeOf = (path: string) => statSync(path).mode & 0o777;

it('makes what is missing for its owner alone, and leaves what is there', () => {
  const around = join(root, 'around');
  mkdirSync(around, { mode: 0o755 });
  make(join(around, 'a', 'b'));
  make(join(around, 'a', 'b'));

  expect(['', 'a', 'a/b'].map((name) => modeOf(join(around, name)))).toEqual([0o755, 0o700, 0o700]);
});

it('goes on where another process makes a folder between the look and the making', () => {
  const folder = join(root, 'raced', 'below');
  makeFolder(folder, {
    statSync,
    mkdirSync(path, options) {
      mkdirSync(path, options);
      return mkdirSync(path, options);
    },
  });

  expect(modeOf(folder)).toBe(0o700);
});

it('throws what the system does, and ends', () => {
  writeFileSync(join(root, 'file'), '');
  symlinkSync(join(root, 'gone'), join(root, 'link'));

  expect(() => make(join(root, 'file'))).toThrow('EEXIST');
  expect(() => make(join(root, 'file', 'below'))).toThrow('EEXIST');
  expect(() => make(join(root, 'link'))).toThrow('EEXIST');
  expect(() => make('/proc/nowhere/below/that')).toThrow('ENOENT');
});
