import { whyExposed } from '../../src/shared/secret-file.ts';

const realPath = '/etc/seawall/token';
const nothing = '22 1 254:1 / / rw,relatime - ext4 /dev/root rw';
/** As Swarm and Compose give them: one mount for each file. */
const given = `${nothing}\n60 22 0:51 / /run/secrets/slack_bot_token ro - tmpfs tmpfs ro`;
/** As Kubernetes gives them: one mount with links in it. */
const folder = `${nothing}\n60 22 0:51 / /run/secrets rw - tmpfs tmpfs rw`;

it.each([0o100600, 0o100400, 0o100640, 0o100440])('takes a file of mode %o', (mode) => {
  expect(whyExposed({ mode, realPath }, nothing)).toBeNull();
});

it.each([0o100644, 0o100604, 0o100444, 0o100666, 0o100660, 0o100620])(
  'refuses a file of mode %o, and says it',
  (mode) => {
    const shown = (mode & 0o777).toString(8).padStart(4, '0');

    expect(whyExposed({ mode, realPath }, nothing)).toContain(`(mode ${shown})`);
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
])('%s is as open as what mounted it', (path, mountinfo, refused) => {
  const why = whyExposed({ mode: 0o100444, realPath: path }, mountinfo);

  if (refused === null) expect(why).toBeNull();
  else expect(why).toContain(refused);
});
