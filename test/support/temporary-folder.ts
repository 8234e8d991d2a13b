import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is removed after the tests of this file; its path is short enough for sockets. */
export function makeTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
