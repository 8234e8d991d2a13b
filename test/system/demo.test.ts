import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { main, sparingNode } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { workerEngine } from '../support/worker-engine.ts';

const folder = makeTemporaryFolder();

function runDemo(dockerHost: string) {
  return spawnSync(process.execPath, [main, 'demo', '--once', '--port', '0'], {
    cwd: folder,
    env: { ...sparingNode, DOCKER_HOST: dockerHost },
    encoding: 'utf8',
    timeout: 60_000,
  });
}

it('uses the sample fleet, and says so, where no engine answers', () => {
  const { status, stdout, stderr } = runDemo(`unix://${join(folder, 'nothing.sock')}`);

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('No Docker Engine answers');
  expect(stdout).toContain('sample-web (sample recording)');
  expect(stdout).toMatch(/Open findings: 2 critical, \d+ high/);
  expect(stdout).toMatch(/Sample fleet: sample-web [A-F], sample-ci [A-F], sample-db [A-F];/);
  expect(stdout).toMatch(/open at http:\/\/127\.0\.0\.1:\d+/);
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
    expect(stdout).toContain('no-privileged-container demo-privileged on local');
    expect(stdout).not.toContain('sample recording');
    expect(stdout).toMatch(/Sample fleet: sample-web [A-F], /);
  });
});
