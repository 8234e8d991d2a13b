import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../support/joined-programs.ts';
import { runHere } from '../../support/run-seawall.ts';
import { openSmallDisk } from '../../support/small-disk.ts';
import { sparingNode } from '../../support/sources.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const root = makeTemporaryFolder();
const SOMEBODY = 65_534;

/** Runs it as root without the right to open what belongs to others, which is how the kernel treats any user. */
function runLimited(cwd: string, ...words: string[]) {
  const rights = '--bounding-set=-dac_override,-dac_read_search';
  const { status, stdout, stderr } = spawnSync(
    'setpriv',
    [rights, process.execPath, main, ...words],
    {
      ...{ cwd, encoding: 'utf8' },
      env: { ...sparingNode, DOCKER_HOST: 'unix:///nowhere.sock' },
    },
  );
  return { status, said: stdout + stderr };
}

/** A folder with a database in `data`, all of which is somebody else’s, with this mode of `data`. */
async function foreignDatabase(mode: number): Promise<string> {
  const folder = join(root, mode.toString(8));
  mkdirSync(folder);
  await runHere(['status'], { cwd: folder, environment: {} });
  const data = join(folder, 'data');
  chownSync(data, SOMEBODY, SOMEBODY);
  chmodSync(data, mode);
  return folder;
}

it.each([0o755, 0o700])(
  'says whose the folder of the database is that it may not use, of mode %o, and does not call that well',
  async (mode) => {
    const folder = await foreignDatabase(mode);
    const named = `user 0 may not read and write ${join(folder, 'data')}, of user ${SOMEBODY} (mode 0${mode.toString(8)})`;

    const { status, said } = runLimited(folder, 'findings');
    expect(said).toContain(`The database could not be used: ${named}\n`);
    expect(said).not.toMatch(/SQLITE|EACCES|PostgreSQL|^ {4}at /m);
    expect(status).toBe(3);

    const doctor = runLimited(folder, 'doctor');
    expect(doctor.said).toMatch(/^wrong {3}database: /m);
    expect(doctor.said.split(named)).toHaveLength(2);
    expect(doctor.status).toBe(3);
  },
);

it('says that the disk of the database is mounted read-only', async () => {
  const disk = openSmallDisk(4);
  try {
    mkdirSync(join(disk.folder, 'data'));
    await runHere(['status'], { cwd: disk.folder, environment: {} });
    execFileSync('mount', ['-o', 'remount,ro', disk.folder]);
    const { status, said } = runLimited(disk.folder, 'findings');

    expect(said).toContain(
      `${join(disk.folder, 'data')} is on a file system that is mounted read-only\n`,
    );
    expect(said).not.toContain('SQLITE');
    expect(status).toBe(3);
  } finally {
    disk.remove();
  }
});
