import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../src/shared/make-folder.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();

it('makes a folder and those around it, for their owner alone, and leaves one that is there', () => {
  const inner = join(folder, 'a', 'b', 'c');
  makeFolder(inner);
  makeFolder(inner);

  expect(statSync(inner).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
});

it('says why none can be made, also where the file system denies that its own folder is there', () => {
  writeFileSync(join(folder, 'file'), '');

  expect(() => makeFolder(join(folder, 'file'))).toThrow('EEXIST');
  expect(() => makeFolder(join(folder, 'file', 'below'))).toThrow('ENOTDIR');
  expect(() => makeFolder('/proc/nowhere')).toThrow('ENOENT');
});
