import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openKeyFolder } from '../../src/edge/key-folder.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const root = makeTemporaryFolder();

it('makes its folder, and those around it, for its user alone', () => {
  const folder = join(root, 'a', 'b');

  expect(openKeyFolder(folder).read()).toBeNull();
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(openKeyFolder(folder).read()).toBeNull();
});

it.each(['/proc/nowhere', '/proc/nowhere/below/that', '/dev/null/below'])(
  'says why %s cannot be made, also where the file system denies its own folder',
  (folder) => {
    expect(() => openKeyFolder(folder)).toThrow(
      `The folder ${folder} for the key cannot be used: `,
    );
  },
);
