import { execFile } from 'node:child_process';
import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createEnginePower } from '../../src/engine/engine-power.ts';
import { negotiationEndpoints } from '../../src/engine/open-engine.ts';
import { collectorEndpoints } from '../../src/engine/snapshot-taker.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import type { WhoamiAnswer } from '../../src/views/whoami.ts';
import { untilTrue } from '../support/engine-door.ts';
import { openSocketProxy, type SocketProxy } from '../support/haproxy.ts';
import { sendRaw, statusesIn } from '../support/raw-request.ts';
import { openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { startSleeper } from '../support/run-options.ts';
import { runHere, runSeawall } from '../support/run-seawall.ts';
import { openPrivateSshd } from '../support/sshd.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { unlistedCalls, unlistedRequests } from './docker-api.ts';
import { guarded, unguarded } from './guards.ts';

const cwd = makeTemporaryFolder();
/** Where the settings name a host at a deeper level. */
const deepCwd = makeTemporaryFolder();
let engine: RealEngine;
/** Between the proxy and the engine: what is recorded there has passed. */
let recorder: RecordingProxy;
let proxy: SocketProxy;
let containerId = '';

beforeAll(async () => {
  engine = await openRealEngine();
  engine.importBaseImage();
  containerId = await startSleeper(engine, 'web', ...guarded('--volume', 'data:/data'));
  await startSleeper(engine, 'named', ...unguarded('user', '--user', 'www'));
  await startSleeper(engine, 'privileged', '--privileged');
  const listenOn = join(engine.folder, 'recorder.sock');
  recorder = await openRecordingProxy({ listenOn, engineSocket: engine.socketPath });
  // HAProxy gives up root: its user has to get there, by the group that the engine gave its socket.
  chmodSync(engine.folder, 0o711);
  chmodSync(listenOn, 0o660);
  chownSync(listenOn, 0, statSync(engine.socketPath).gid);
  proxy = await openSocketProxy({ folder: engine.folder, engineSocket: listenOn });
});
afterAll(async () => {
  await proxy?.close();
  await recorder?.close();
  await engine?.close();
});

const seawall = (url: string, ...words: string[]) =>
  runHere(words, { cwd, environment: { DOCKER_HOST: url } });

it('lets a scan through that tells the same as a direct one', async () => {
  const scanned = async (url: string) => {
    const { status, stdout, stderr } = await seawall(url, 'scan', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // The one thing that has to differ: where Seawall asked.
    const same = stdout.replaceAll(proxy.socketPath, engine.socketPath);
    const { results, coverage, unreadSections, posture } = JSON.parse(same);
    return { results: results as RuleResult[], coverage, unreadSections, posture };
  };
  const direct = await scanned(engine.url);
  const proxied = await scanned(proxy.url);

  expect(direct.results.length).toBeGreaterThan(100);
  expect(proxied).toEqual(direct);
  // And no call of it was refused.
  expect(proxy.log()).not.toContain(' 403 ');
});

it('passes each declared call with and without a version, and its query untouched', async () => {
  for (const call of [...collectorEndpoints, ...negotiationEndpoints]) {
    const [method = '', path = ''] = call.split(' ');
    for (const prefix of ['', '/v1.45', '/v1.24']) {
      const target = `${prefix}${path.replace('{id}', containerId)}?a=%2F..%2f&b=1%202&ps_args=-eo+pid&stream=0`;
      recorder.calls.length = 0;
      const client = connect(proxy.socketPath).on('error', () => {});
      client.write(`${method} ${target} HTTP/1.1\r\nHost: d\r\n\r\n`);
      await untilTrue(() => recorder.calls.length > 0);
      client.destroy();

      expect(recorder.calls).toEqual([`${method} ${target}`]);
    }
  }
});

/** Who asks to be hung up on is, at the end of the answer. */
const ANSWERED_MS = 120_000;

it('lets no other call of the Docker API through to the engine', async () => {
  recorder.calls.length = 0;
  const received: [string, number[]][] = [];
  for (const call of unlistedCalls(containerId, collectorEndpoints)) {
    for (const prefix of ['', '/v1.45']) {
      const [method, path] = call.split(' ');
      const request = `${method} ${prefix}${path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n`;
      received.push([call, statusesIn(await sendRaw(proxy.socketPath, request, ANSWERED_MS))]);
    }
  }

  expect(received.length).toBeGreaterThan(150);
  expect(received.filter(([, statuses]) => statuses.join() !== '403')).toEqual([]);
  expect(recorder.calls).toEqual([]);
});

it.each(Object.entries(unlistedRequests))('is not deceived by %s', async (_name, request) => {
  recorder.calls.length = 0;
  const received = await sendRaw(proxy.socketPath, request('web'));
  const passed = recorder.calls.filter((call) => !/^GET (\/v1\.45)?\/(info|version)$/.test(call));

  expect(passed).toEqual([]);
  expect(statusesIn(received)).not.toContain(101);
});

it('answers HTTP/1.0, and as one request what is written as one', async () => {
  const asked = (request: string) =>
    sendRaw(proxy.socketPath, request, ANSWERED_MS).then(statusesIn);

  expect(await asked('GET /version HTTP/1.0\r\n\r\n')).toEqual([200]);
  expect(await asked('POST /containers/create HTTP/1.0\r\nContent-Length: 0\r\n\r\n')).toEqual([
    403,
  ]);
  const next =
    'GET /version HTTP/1.1\r\nHost: d\r\n\r\nPOST /containers/prune HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n';
  expect(await asked(next)).toEqual([200, 403]);
});

it('is all that a key can reach over ssh which is bound to it', async () => {
  const command = `env DOCKER_HOST=${proxy.url} docker system dial-stdio`;
  const sshd = await openPrivateSshd(cwd, command);
  try {
    const host = { name: 'web-1', url: `ssh://127.0.0.1:${sshd.port}` };
    const reader = createEnginePower({ hosts: [host], sshConfigFile: sshd.configFile });
    const { problem, needed, unneeded } = await reader.tryEngine('web-1');

    expect(problem).toBeNull();
    expect(needed.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
    expect(unneeded.map(({ outcome }) => outcome)).toEqual(Array(4).fill('refused'));
  } finally {
    await sshd.close();
  }
});

describe('whoami', () => {
  const powerOver = async (url: string) => {
    const { stdout, status } = await seawall(url, 'whoami', '--json');
    expect(status).toBe(0);
    const answer = JSON.parse(stdout) as WhoamiAnswer;
    expect(answer.slack).toMatchObject({ hasToken: false, scopes: [] });
    return answer.hosts[0];
  };

  it('says of the engine itself that nothing stands between, and asks it nothing that writes', async () => {
    recorder.calls.length = 0;
    const power = await powerOver(recorder.url);

    expect(power).toMatchObject({ verdict: 'full-access-assumed', wereWritesTried: false });
    expect(power?.beyondNeed.map(({ outcome }) => outcome)).toEqual(Array(4).fill('answered'));
    expect(power?.needed.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
    expect(power?.holds.join()).toContain('root on the host');
    expect(recorder.calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
  });

  it('proves it at a level that writes anyway, and nothing happens for it', async () => {
    const hosts = [{ name: 'deep', url: engine.url, evidence: 'kernel' }];
    writeFileSync(join(deepCwd, 'seawall.yml'), JSON.stringify({ hosts }));
    const seconds = (later = 0) => (Date.now() / 1000 + later).toFixed(3);
    const state = () =>
      engine.docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.State}}');
    const before = { since: seconds(), state: state() };
    const { stdout } = await runSeawall(['whoami', '--json'], { cwd: deepCwd, environment: {} });
    const [power] = (JSON.parse(stdout) as WhoamiAnswer).hosts;

    expect(power).toMatchObject({ verdict: 'full-access', wereWritesTried: true });
    expect(power?.beyondNeed.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
    expect(state()).toBe(before.state);
    expect(engine.docker('events', '--since', before.since, '--until', seconds(1))).toBe('');
  });

  it('says of the proxy that it lets the needed calls through and no other that was tried', async () => {
    const power = await powerOver(proxy.url);

    expect(power).toMatchObject({ verdict: 'needed-calls-only', wereWritesTried: false });
    expect(power?.beyondNeed.map(({ by, status }) => [by, status])).toEqual(
      Array(4).fill(['before-engine', 403]),
    );
    expect(power?.needed.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
    expect(power?.holds.join()).not.toContain('root on the host');
  });

  it('names a command that tells an open door from a closed one', async () => {
    const said = async (url: string): Promise<string> => {
      const [docker = '', ...words] = ((await powerOver(url))?.check ?? '').split(' ');
      // Not the blocking kind: the recorder that it asks through lives in this process.
      return new Promise<string>((done) =>
        execFile(docker, words, { timeout: 120_000 }, (_error, _stdout, stderr) => done(stderr)),
      );
    };

    expect(await said(engine.url)).toContain('No such container');
    expect(await said(proxy.url)).toContain('not among the calls of Seawall');
  });
});

// Last: what leaves a swarm goes on for a while.
it('hands out no token for joining a swarm', async () => {
  engine.docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1');
  try {
    const ask = (socket: string, path: string) =>
      sendRaw(socket, `GET ${path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n`, ANSWERED_MS);
    expect(await ask(engine.socketPath, '/swarm')).toContain('SWMTKN-1-');
    for (const path of ['/swarm', '/v1.45/swarm', '/info', '/v1.45/info', '/nodes', '/services']) {
      expect(await ask(proxy.socketPath, path)).not.toContain('SWMTKN');
    }
    expect(statusesIn(await ask(proxy.socketPath, '/v1.45/swarm'))).toEqual([403]);
    expect(statusesIn(await ask(proxy.socketPath, '/v1.45/info'))).toEqual([200]);
  } finally {
    engine.docker('swarm', 'leave', '--force');
  }
});
