import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const units = readdirSync('deploy/systemd');
const textOf = (unit: string) => readFileSync(join('deploy/systemd', unit), 'utf8');

/** systemd looks whether the programs are there, which here they are not. */
const withPrograms = (text: string) =>
  text.replaceAll(/(?<=^ExecStart=)(seawall(-edge)?|\/usr\/bin\/docker)(?= |$)/gm, '/bin/true');

function copied(): string {
  const copies = join(folder, 'units');
  mkdirSync(copies, { recursive: true });
  for (const unit of units) writeFileSync(join(copies, unit), withPrograms(textOf(unit)));
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
  writeFileSync(join(folder, 'planted.service'), withPrograms(text));

  expect(analyze(folder, 'verify', './planted.service').said).toContain('ProtectHouse');
});

test('what they start is found wherever npm installs programs for the machine', () => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: object };
  const started = units.flatMap((unit) => textOf(unit).match(/(?<=^ExecStart=)\S+/gm) ?? []);
  const own = started.filter((program) => !/^\/usr\/bin\/(docker|find)$/.test(program));

  // Debian's npm installs into /usr/local, that of others into /usr: systemd looks for a bare name in both.
  expect(new Set(own)).toEqual(new Set(Object.keys(bin)));
});

test.each(['seawall.service', 'seawall-backup.service'])('%s is exposed little', (unit) => {
  const { status, said } = analyze(
    copied(),
    ...['security', '--offline=true', '--threshold=20', '--no-pager', `./${unit}`],
  );

  expect(said).toMatch(/Overall exposure level .*: 1\.\d OK/);
  expect(status).toBe(0);
});
