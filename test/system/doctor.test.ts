import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openEventEngine } from '../support/event-engine.ts';
import { openSocketProxy, type SocketProxy } from '../support/haproxy.ts';
import { askEngine, type RealEngine } from '../support/real-engine.ts';
import { runHere } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { workerEngine } from '../support/worker-engine.ts';

const folder = makeTemporaryFolder();
let engine: RealEngine;
let proxy: SocketProxy;

beforeAll(async () => {
  engine = await workerEngine();
  // HAProxy gives up root: its user has to get to the socket, which is its group's.
  for (const path of [dirname(engine.socketPath), engine.folder]) chmodSync(path, 0o711);
  proxy = await openSocketProxy({ folder: engine.folder, engineSocket: engine.socketPath });
});
afterAll(async () => {
  await proxy?.close();
  await engine?.close();
});

it('says that the tokens were not checked where Slack is not reached', async () => {
  writeFileSync(join(folder, 'seawall.yml'), JSON.stringify({ hosts: [] }));
  const environment = {
    ...{ DOCKER_HOST: engine.url, SLACK_API_URL: 'http://127.0.0.1:1/api/' },
    ...{ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
  };
  const { status, stdout } = await runHere(['doctor'], { cwd: folder, environment });

  expect(status).toBe(3);
  expect(stdout).toMatch(
    /^unknown slack: could not reach 127\.0\.0\.1:1 .*: the tokens were not checked$/m,
  );
});

it('names the socket of a user’s own engine where the usual one has none', async () => {
  writeFileSync(join(folder, 'seawall.yml'), JSON.stringify({ hosts: [] }));
  const own = join(folder, '.docker/run/docker.sock');
  mkdirSync(dirname(own), { recursive: true });
  writeFileSync(own, '');
  const environment = { HOME: folder };
  const { stdout } = await runHere(['doctor'], { cwd: folder, environment });
  const line = stdout.split('\n').find((one) => one.includes('engine local: ')) ?? '';

  const isThere = await askEngine('/var/run/docker.sock', 'GET', '/_ping').then(
    () => true,
    () => false,
  );
  const said = `There is a socket at ${own}: set DOCKER_HOST=unix://${own}`;
  expect(line.startsWith('ok')).toBe(isThere);
  expect(line.includes(said)).toBe(!isThere);
});

function examine(...hosts: { name: string; url: string; evidence?: string }[]) {
  writeFileSync(join(folder, 'seawall.yml'), JSON.stringify({ hosts }));
  return runHere(['doctor'], { cwd: folder, environment: {} });
}

it('finds an engine well whose level it lets through, with its clock, the database and the disk', async () => {
  const { status, stdout } = await examine(
    { name: 'direct', url: engine.url, evidence: 'kernel' },
    { name: 'proxied', url: proxy.url },
  );

  expect(stdout).not.toContain('wrong');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ok {6}evidence direct: kernel: \d+ reading calls tried, none refused$/m);
  expect(stdout).toMatch(/^ok {6}evidence proxied: api: /m);
  expect(stdout).toMatch(/^ok {6}clock proxied: the same as ours, within a minute$/m);
  expect(stdout).toMatch(/^ok {6}disk: [\d.]+ [GM]B free for the database$/m);
  expect(stdout).toContain('slack: not set up');
});

it('says what a level needs that a read-only proxy refuses', async () => {
  const { status, stdout } = await examine({
    name: 'proxied',
    url: proxy.url,
    evidence: 'kernel',
  });

  expect(status).toBe(3);
  expect(stdout).toContain('ok      engine proxied');
  expect(stdout).toMatch(/^wrong {3}evidence proxied: kernel needs .*POST .*refused$/m);
});

it('says which engine does not answer, and goes on with the others', async () => {
  const nowhere = `unix://${join(folder, 'nothing.sock')}`;
  const { status, stdout } = await examine(
    { name: 'gone', url: nowhere },
    { name: 'direct', url: engine.url },
  );

  expect(status).toBe(3);
  expect(stdout).toMatch(
    /^wrong {3}engine gone: .*ENOENT.*\. So its evidence and clock are unknown$/m,
  );
  expect(stdout.match(/\bgone\b/g)).toHaveLength(1);
  expect(stdout).toContain('ok      engine direct');
});

it('says how far the clock of a host is off', async () => {
  const late = await openEventEngine(() => Date.now() - 630_000);
  try {
    const { status, stdout } = await examine({ name: 'late', url: late.url });

    expect(status).toBe(3);
    expect(stdout).toMatch(/^wrong {3}clock late: it differs from ours by 10 min/m);
  } finally {
    await late.close();
  }
});
