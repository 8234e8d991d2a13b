import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openDemoHosts } from '../../../demo/hosts.ts';
import { openDemo } from '../../../demo/open-demo.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { listenOn } from '../../../src/shared/listen-on.ts';
import { main } from '../../support/joined-programs.ts';
import { keptHistory } from '../../support/kept-history.ts';
import { openTellingLogger } from '../../support/known.ts';
import { askEngine, baseImage, type RealEngine } from '../../support/real-engine.ts';
import { openRecordingProxy } from '../../support/recording-proxy.ts';
import { sparingNode } from '../../support/sources.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { workerEngine } from '../../support/worker-engine.ts';

/** As pino counts levels. */
const ERROR = 50;
const folder = makeTemporaryFolder();
const own = makeTemporaryFolder();
const nothing = `unix://${join(folder, 'nothing.sock')}`;

/**
 * What is said of the hosts that stand in a folder's settings, in this process: it computes half of what one of
 * its own does, as package.test.ts starts it where no engine answers.
 */
async function openOnce(cwd: string): Promise<string> {
  const { log, lines, forget } = openTellingLogger();
  let said = '';
  const say = (text: string) => {
    said += text;
  };
  const readFile = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : null);
  const { hosts } = await loadSettings({ environment: {}, cwd, readFile, guardOf: () => null });
  const { history } = await keptHistory();
  const demo = await openDemo({ hosts, port: 0, log, say, history });
  await demo.close();
  forget();
  expect(lines.filter((line) => JSON.parse(line).level >= ERROR)).toEqual([]);
  return said;
}

it('ends and says why where its page cannot have the port', async () => {
  const holder = createServer();
  const port = await listenOn(holder, { host: '127.0.0.1', port: 0 });
  const { status, stderr } = spawnSync(
    process.execPath,
    [main, 'demo', '--once', '--port', String(port)],
    { cwd: folder, env: { ...sparingNode, DOCKER_HOST: nothing }, encoding: 'utf8' },
  );
  holder.close();

  expect(status).toBe(2);
  expect(stderr).toContain(
    `Port ${port} of 127.0.0.1 cannot be listened on: another program has it.`,
  );
});

it('leaves nothing where it is told to stop while it starts, and by two at once', async () => {
  const child = spawn(process.execPath, [main, 'demo', '--port', '0'], {
    cwd: folder,
    env: { ...sparingNode, DOCKER_HOST: nothing, TMPDIR: own },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await until(() => readdirSync(own).some((name) => name.startsWith('seawall-demo-')));
  child.kill('SIGTERM');
  child.kill('SIGTERM');

  expect(await ended).toEqual([0, null]);
  expect(readdirSync(own)).toEqual([]);
});

describe('with a Docker Engine', () => {
  let engine: RealEngine;
  beforeAll(async () => {
    engine = await workerEngine();
    engine.importBaseImage();
    engine.docker('create', '--name', 'demo-privileged', '--privileged', baseImage, 'sleep', '60');
  });
  afterAll(() => engine.close());

  it('finds it by a socket of a user’s own where the usual one does not answer', async () => {
    const { hosts: declared } = await loadSettings({
      ...{ environment: {}, cwd: folder, readFile: () => null, guardOf: () => null },
    });
    const elsewhere = [nothing.replace('unix://', ''), engine.socketPath];
    const found = await openDemoHosts({ declared, elsewhere, now: Date.now, say: () => {} });
    await found.close();
    const [usual] = declared;

    const isThere = await askEngine('/var/run/docker.sock', 'GET', '/_ping').then(
      () => true,
      () => false,
    );
    expect(found.hosts[0]).toMatchObject({ name: 'local', url: isThere ? usual?.url : engine.url });
  });

  it('scans that one, beside the sample fleet, and only reads, as it says, whatever ./seawall.yml allows', async () => {
    const listenOn = join(engine.folder, 'demo.sock');
    const proxy = await openRecordingProxy({ listenOn, engineSocket: engine.socketPath });
    const hosts = [{ name: 'mine', url: proxy.url, evidence: 'kernel' }];
    writeFileSync(join(engine.folder, 'seawall.yml'), JSON.stringify({ hosts }));
    const said = await openOnce(engine.folder);
    await proxy.close();

    expect(said).toContain(`Docker Engine found at ${proxy.url}`);
    expect(said).toContain('demo-privileged on mine (2 critical');
    expect(said).not.toContain('(sample: recorded');
    expect(said).toMatch(/Sample fleet: sample-web [A-F], /);
    expect(proxy.calls.length).toBeGreaterThan(10);
    expect(proxy.calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
  });
});
