import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readListFile } from '../../src/programs/read-list-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seawall-list-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(text: string): string {
  const path = join(folder, 'list.json');
  writeFileSync(path, text);
  return path;
}

const list = {
  ...{ bomFormat: 'CycloneDX', specVersion: '1.5' },
  components: [{ type: 'library', name: 'curl', version: '8.1', purl: 'pkg:npm/curl@8.1' }],
};

it('is what the file says, and a mistake is told as one', async () => {
  const found = await readListFile(fileWith(JSON.stringify(list)));
  expect(found).toMatchObject({ format: 'cyclonedx', packages: [{ name: 'curl' }] });

  await expect(readListFile(fileWith('{'))).rejects.toThrow('“list.json” is no JSON.');
  await expect(readListFile(join(folder, 'none.json'))).rejects.toThrow('There is no file');
});

it('may be what this program has open', async () => {
  const open = openSync(fileWith(JSON.stringify(list)), 'r');

  const read = ['/dev/fd', '/proc/self/fd'].map((folder) => readListFile(`${folder}/${open}`));
  expect(await Promise.all(read)).toMatchObject(Array(2).fill({ format: 'cyclonedx' }));

  closeSync(open);
});

it('that needs more memory than it may have ends nothing but its own reading', async () => {
  const path = fileWith(`{"bomFormat":"CycloneDX","x":[${'{},'.repeat(4_000_000)}{}]}`);
  const before = process.memoryUsage().rss;

  await expect(readListFile(path, { memoryMb: 64, timeMs: 60_000 })).rejects.toMatchObject({
    code: 'foreign-too-costly',
    detail: 'list.json took more than 64 MB',
  });

  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 ** 2);
});

it('that takes too long is ended', async () => {
  const path = fileWith(`{"bomFormat":"CycloneDX","x":[${'{},'.repeat(1_000_000)}{}]}`);

  await expect(readListFile(path, { memoryMb: 512, timeMs: 1 })).rejects.toMatchObject({
    code: 'foreign-too-costly',
  });
});
