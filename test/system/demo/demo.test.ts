import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { listenOn } from '../../../src/shared/listen-on.ts';
import { main } from '../../support/joined-programs.ts';
import { baseImage, type RealEngine } from '../../support/real-engine.ts';
import { openRecordingProxy } from '../../support/recording-proxy.ts';
import { runSeawall } from '../../support/run-seawall.ts';
import { sparingNode } from '../../support/sources.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { workerEngine } from '../../support/worker-engine.ts';

const folder = makeTemporaryFolder();
const declared = makeTemporaryFolder();

function runDemo(dockerHost: string, port = 0) {
  return spawnSync(process.execPath, [main, 'demo', '--once', '--port', String(port)], {
    cwd: folder,
    env: { ...sparingNode, DOCKER_HOST: dockerHost },
    encoding: 'utf8',
    timeout: 500_000,
  });
}

it('uses the sample fleet, and says so, where no engine answers', () => {
  const { status, stdout, stderr } = runDemo(`unix://${join(folder, 'nothing.sock')}`);

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('No Docker Engine answers');
  expect(stdout).toContain('sample-web (sample: recorded, with a made-up history)');
  expect(stdout).toMatch(/Open findings: 2 critical, \d+ high/);
  expect(stdout).toMatch(/Sample fleet: sample-web [A-F], sample-ci [A-F], sample-db [A-F];/);
  expect(stdout).toMatch(/open at http:\/\/127\.0\.0\.1:\d+\/\?token=[0-9a-f]{32} /);
});

it('ends and says why where its page cannot have the port', async () => {
  const holder = createServer();
  const port = await listenOn(holder, { host: '127.0.0.1', port: 0 });
  const { status, stderr } = runDemo(`unix://${join(folder, 'nothing.sock')}`, port);
  holder.close();

  expect(status).toBe(2);
  expect(stderr).toContain(
    `Port ${port} of 127.0.0.1 cannot be listened on: another program has it.`,
  );
});

describe('with a Docker Engine', () => {
  let engine: RealEngine;
  beforeAll(async () => {
    engine = await workerEngine();
    engine.importBaseImage();
    engine.docker('create', '--name', 'demo-privileged', '--privileged', baseImage, 'sleep', '60');
  });
  afterAll(() => engine.close());

  it('scans that one, beside the sample fleet', () => {
    const { status, stdout, stderr } = runDemo(engine.url);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Docker Engine found');
    expect(stdout).toContain('demo-privileged on local (2 critical');
    expect(stdout).not.toContain('(sample: recorded');
    expect(stdout).toMatch(/Sample fleet: sample-web [A-F], /);
  });

  it('only reads, as it says, whatever ./seawall.yml allows', async () => {
    const listenOn = join(engine.folder, 'demo.sock');
    const proxy = await openRecordingProxy({ listenOn, engineSocket: engine.socketPath });
    const hosts = [{ name: 'mine', url: proxy.url, evidence: 'kernel' }];
    writeFileSync(join(declared, 'seawall.yml'), JSON.stringify({ hosts }));
    const once = ['demo', '--once', '--port', '0'];
    const { status, stdout } = await runSeawall(once, { cwd: declared, environment: {} });
    await proxy.close();

    expect(status).toBe(0);
    expect(stdout).toContain('demo-privileged on mine (2 critical');
    expect(proxy.calls.length).toBeGreaterThan(10);
    expect(proxy.calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
  });
});
