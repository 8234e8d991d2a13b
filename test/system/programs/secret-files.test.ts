import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretVariables } from '../../../src/config/settings.ts';
import { runSeawall } from '../../support/run-seawall.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const cwd = makeTemporaryFolder();
mkdirSync(join(cwd, 'data'));
const beside = makeTemporaryFolder();
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

it('tells ssh, and what its settings start, no secret', async () => {
  const ssh = join(beside, 'ssh');
  writeFileSync(ssh, `#!/bin/sh\n/usr/bin/env > ${join(beside, 'told')}\nexit 1\n`, {
    mode: 0o755,
  });
  const secrets = {
    ...{ SLACK_BOT_TOKEN: 'xoxb-one', SLACK_APP_TOKEN: 'xapp-two', SLACK_SIGNING_SECRET: 'three' },
    ...{ HTTPS_PROXY: 'http://bot:four@127.0.0.1:9', SEAWALL_EDGE_KEY: 'swe1_five' },
    ...{ PGPASSWORD: 'six', PGPASSFILE: '/home/seven/.pgpass' },
  };
  const DATABASE_URL = `sqlite:${join(beside, 'own.db')}`;
  const others = { DOCKER_HOST: 'ssh://web-1', PATH: beside, SSH_AUTH_SOCK: '/run/agent' };

  await runSeawall(['scan'], { cwd: beside, environment: { ...others, ...secrets, DATABASE_URL } });

  const told = readFileSync(join(beside, 'told'), 'utf8');
  expect(told).toContain('SSH_AUTH_SOCK=/run/agent');
  for (const value of [...Object.values(secrets), DATABASE_URL]) expect(told).not.toContain(value);
  expect([...Object.keys(secrets), 'DATABASE_URL']).toEqual(
    expect.arrayContaining([...secretVariables]),
  );
  // They were heard all the same.
  expect(existsSync(join(beside, 'own.db'))).toBe(true);
});
