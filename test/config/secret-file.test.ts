import fs, { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGuard, whyExposed } from '../../src/shared/secret-file.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const realPath = '/etc/seawall/token';
const nothing = '22 1 254:1 / / rw,relatime - ext4 /dev/root rw';
/** As Swarm and Compose give them: one mount for each file. */
const given = `${nothing}\n60 22 0:51 / /run/secrets/slack_bot_token ro - tmpfs tmpfs ro`;
/** As Kubernetes gives them: one mount with links in it. */
const folder = `${nothing}\n60 22 0:51 / /run/secrets rw - tmpfs tmpfs rw`;

const image = '22 1 0:40 / / rw,relatime - overlay overlay rw,lowerdir=/1';
/** A volume of a Secret elsewhere. */
const volume = `${image}\n60 22 0:51 / /etc/seawall ro,relatime - tmpfs tmpfs rw,size=1k`;
const version = '/etc/seawall/..2026_11_27/token';

it.each([0o100600, 0o100400, 0o100640, 0o100440])('takes a file of mode %o', (mode) => {
  expect(whyExposed({ mode, realPath, isShut: false }, nothing)).toBeNull();
});

it.each([0o100644, 0o100604, 0o100444, 0o100666, 0o100660, 0o100620])(
  'refuses a file of mode %o, and says it',
  (mode) => {
    const shown = (mode & 0o777).toString(8).padStart(4, '0');

    expect(whyExposed({ mode, realPath, isShut: false }, nothing)).toContain(`(mode ${shown})`);
  },
);

it.each([
  ['/run/secrets/slack_bot_token', given, null],
  ['/run/secrets/..2026_11_27/slack_bot_token', folder, null],
  [
    '/var/run/secrets/x/token',
    `${nothing}\n60 22 0:51 / /var/run/secrets/x rw - tmpfs tmpfs rw`,
    null,
  ],
  // On a host, where everybody could read it, nothing is mounted there.
  ['/run/secrets/slack_bot_token', nothing, '0444'],
  ['/run/secrets/other', given, '0444'],
  ['/run/secrets-of-mine', folder, '0444'],
  ['/etc/seawall/token', folder, '0444'],
  [version, volume, null],
  ['/etc/seawall-other', volume, '0444'],
  // On a host, where others are; and what others in the container may have put there.
  [version, volume.replace(image, nothing), '0444'],
  [version, volume.replace(' ro,', ' rw,'), '0444'],
  [version, volume.replace('- tmpfs', '- ext4'), '0444'],
  [version, `${volume}\n61 60 0:52 / /etc/seawall rw - ext4 /dev/sda rw`, '0444'],
  // A folder of the host's /run, and a file that no version of a Secret holds.
  [version, volume.replace('0:51 / /etc', '0:51 /seawall /etc'), '0444'],
  ['/etc/seawall/token', volume, '0444'],
])('%s is as open as what mounted it', (path, mountinfo, refused) => {
  const why = whyExposed({ mode: 0o100444, realPath: path, isShut: false }, mountinfo);

  if (refused === null) expect(why).toBeNull();
  else expect(why).toContain(refused);
});

describe('what guards a file', () => {
  const place = makeTemporaryFolder();
  const file = join(place, 'closed/open/key.pem');
  mkdirSync(join(place, 'closed/open'), { recursive: true });
  writeFileSync(file, '');
  chmodSync(place, 0o755);
  chmodSync(file, 0o644);

  it.each([
    [0o700, true],
    [0o750, false],
    [0o701, false],
    [0o744, true],
  ])('is a folder of mode %o above it: %s', (mode, isShut) => {
    chmodSync(join(place, 'closed'), mode);
    const guard = readGuard(file, fs);

    expect(guard).toMatchObject({ realPath: file, isShut });
    expect(guard && whyExposed(guard, nothing) === null).toBe(isShut);
  });

  it.each([
    [0, 1000, true],
    [1000, 1000, true],
    [1000, 0, false],
  ])('is a closed folder of user %i above a file of user %i: %s', (folderOf, fileOf, isShut) => {
    const system = {
      realpathSync: (path: string) => path,
      statSync: (path: string) =>
        path === '/home/token'
          ? { mode: 0o100644, uid: fileOf }
          : { mode: path === '/home' ? 0o40700 : 0o40755, uid: folderOf },
    };

    expect(readGuard('/home/token', system)).toMatchObject({ isShut });
  });

  it('is nothing where no file is, or a link leads nowhere', () => {
    symlinkSync('nowhere', join(place, 'dangling'));

    expect(readGuard(join(place, 'none'), fs)).toBeNull();
    expect(readGuard(join(place, 'dangling'), fs)).toBeNull();
  });

  it('is told of one file, where the link to it changes meanwhile', () => {
    const [link, next] = [join(place, 'link'), join(place, 'next')];
    const paths = [join(place, 'one'), join(place, 'two')] as const;
    symlinkSync('one', link);
    symlinkSync('two', next);
    writeFileSync(paths[0], '', { mode: 0o600 });
    let looks = 0;
    const system = {
      statSync: fs.statSync,
      realpathSync(path: string) {
        const found = fs.realpathSync(path);
        looks += 1;
        if (looks > 1) return found;
        // As a volume of Kubernetes takes a new value.
        writeFileSync(paths[1], '', { mode: 0o644 });
        renameSync(next, link);
        fs.rmSync(paths[0]);
        return found;
      },
    };

    const guard = readGuard(link, system);
    expect(guard?.realPath).toBe(paths[1]);
    expect((guard?.mode ?? 0) & 0o777).toBe(0o644);
  });
});
