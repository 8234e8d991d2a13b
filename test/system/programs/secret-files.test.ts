import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretVariables } from '../../../src/config/settings.ts';
import { runSeawall } from '../../support/run-seawall.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const cwd = makeTemporaryFolder();
chmodSync(cwd, 0o755);
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

describe('what others may change or use', () => {
  const place = makeTemporaryFolder();
  // Where nobody else comes, nobody reads.
  chmodSync(place, 0o755);
  const settings = join(place, 'seawall.yml');
  const key = join(place, 'key.pem');
  const host = { name: 'web', url: 'tcp://127.0.0.1:1', tls: { ca: key, cert: key, key } };
  writeFileSync(settings, JSON.stringify({ hosts: [host] }));
  writeFileSync(key, '');
  const linesOf = async (what: string) => {
    const { stdout } = await runSeawall(['doctor'], { cwd: place, environment: {} });
    return stdout.split('\n').filter((line) => line.includes(` ${what}: `));
  };
  beforeEach(() => {
    chmodSync(settings, 0o640);
    chmodSync(key, 0o600);
    chownSync(settings, 0, 0);
  });

  it('is nothing where files are closed', async () => {
    expect(await linesOf('files')).toEqual([]);
  });

  it('is named where it is the settings file, or a key', async () => {
    chmodSync(settings, 0o666);
    chmodSync(key, 0o644);

    expect(await linesOf('files')).toEqual([
      `wrong   files: seawall.yml can be changed by everybody (mode 0666): chmod o-w ${settings}`,
      expect.stringMatching(/^wrong {3}files: tls\.key of web names .*mode 0644.*chmod 600 /),
    ]);
  });

  it('is nothing where no settings are asked for by /dev/null', async () => {
    const environment = { SEAWALL_CONFIG: '/dev/null' };
    const { stdout } = await runSeawall(['doctor'], { cwd: place, environment });

    expect(stdout).toContain('database: ');
    expect(stdout).not.toContain('chmod');
  });

  it('is nothing where settings are mounted from whoever wrote them', async () => {
    chownSync(settings, 1000, 1000);

    expect(await linesOf('files')).toEqual([]);
  });

  it('is not called well where it is the database', async () => {
    await runSeawall(['history'], { cwd: place, environment: {} });
    expect(await linesOf('database')).toEqual([expect.stringMatching(/^ok {6}/)]);
    // A folder that holds more is not changed.
    writeFileSync(join(place, 'data/other'), '');
    chmodSync(join(place, 'data'), 0o755);
    expect(await linesOf('database')).toEqual([expect.stringMatching(/^ok {6}/)]);
    chmodSync(join(place, 'data'), 0o777);

    expect(await linesOf('database')).toEqual([
      expect.stringMatching(/^wrong {3}database: opens, .*may replace it .*: chmod 700$/),
    ]);
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
