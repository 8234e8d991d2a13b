import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSeawall } from '../../support/run-seawall.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const cwd = makeTemporaryFolder();
mkdirSync(join(cwd, 'data'));
const path = join(cwd, 'token');
writeFileSync(path, 'xoxb-planted\n');
const start = (mode: number) => {
  chmodSync(path, mode);
  return runSeawall(['hosts'], { cwd, environment: { SLACK_BOT_TOKEN_FILE: 'token' } });
};

it('does not start with a secret in a file that others can read, and says its mode', async () => {
  const { status, stderr } = await start(0o644);

  expect(status).toBe(2);
  expect(stderr).toContain('SLACK_BOT_TOKEN_FILE names a file that others can use (mode 0644)');
  expect(stderr).toContain(`chmod 600 ${path}`);
  expect(stderr).not.toContain('planted');
});

it('starts with one that is closed to them', async () => {
  expect(await start(0o600)).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^A new, empty database was made: .*\n$/),
  });
});
