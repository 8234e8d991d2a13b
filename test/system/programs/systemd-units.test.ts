import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const units = readdirSync('deploy/systemd');
const textOf = (unit: string) => readFileSync(join('deploy/systemd', unit), 'utf8');

/** systemd looks whether the programs are there, which here they are not. */
function copied(): string {
  const copies = join(folder, 'units');
  mkdirSync(copies, { recursive: true });
  for (const unit of units) {
    const text = textOf(unit).replaceAll(
      /\/usr\/(local\/bin\/seawall|bin\/docker)\b/g,
      '/bin/true',
    );
    writeFileSync(join(copies, unit), text);
  }
  return copies;
}
const analyze = (cwd: string, ...words: string[]) => {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', words, { cwd, encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

test.each(units)('systemd finds no mistake in %s', (unit) => {
  expect(analyze(copied(), 'verify', `./${unit}`)).toEqual({ status: 0, said: '' });
});

test('systemd would find a mistake', () => {
  const text = textOf('seawall.service').replace('ProtectHome=', 'ProtectHouse=');
  writeFileSync(
    join(folder, 'planted.service'),
    text.replaceAll('/usr/local/bin/seawall', '/bin/true'),
  );

  expect(analyze(folder, 'verify', './planted.service').said).toContain('ProtectHouse');
});

test.each(['seawall.service', 'seawall-backup.service'])('%s is exposed little', (unit) => {
  const { status, said } = analyze(
    copied(),
    ...['security', '--offline=true', '--threshold=20', '--no-pager', `./${unit}`],
  );

  expect(said).toMatch(/Overall exposure level .*: 1\.\d OK/);
  expect(status).toBe(0);
});
