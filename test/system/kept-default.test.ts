import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noNewPrivileges } from '../../src/rules/catalogue/no-new-privileges.ts';
import { userlandProxyOff } from '../../src/rules/catalogue/userland-proxy-off.ts';
import { baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { startSleeper } from '../support/run-options.ts';
import { type Level, lookAtHost } from './look-at-host.ts';

/** An engine whose default for no-new-privileges came after one of its containers, and before the other. */
let engine: RealEngine;
const folder = mkdtempSync(join(tmpdir(), 'kept-default-'));
const file = join(folder, 'daemon.json');

beforeAll(async () => {
  writeFileSync(file, '{}');
  engine = await openRealEngine({ options: ['--config-file', file] });
  engine.importBaseImage();
  await startSleeper(engine, 'early');
  writeFileSync(file, JSON.stringify({ 'no-new-privileges': true }));
  await engine.restart();
  engine.docker('start', 'early');
  await startSleeper(engine, 'late');
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
}, 60_000);

async function verdictsAt(level: Level): Promise<Record<string, string>> {
  const results = evaluateRule(
    noNewPrivileges,
    assess((await lookAtHost(engine.url, level)).snapshot),
  );
  return Object.fromEntries(results.map(({ subject, verdict }) => [subject.name, verdict]));
}

it('a container keeps the default of the day on which it was created, which the kernel alone tells', async () => {
  const truth = (name: string) =>
    /NoNewPrivs:\s*(\d)/.exec(engine.docker('exec', name, 'cat', '/proc/1/status'))?.[1];

  expect([truth('early'), truth('late')]).toEqual(['0', '1']);
  expect(await verdictsAt('api')).toEqual({ early: 'unknown', late: 'unknown' });
  expect(await verdictsAt('kernel')).toEqual({ early: 'fail', late: 'pass' });
});

/** Shows the engine, in its own view of the host, a unit that says how it was started. */
function showUnit(): void {
  const [own] = readFileSync(join(engine.folder, 'pid'), 'utf8').split('\n');
  const words = readFileSync(`${engine.root()}/proc/${own}/cmdline`, 'utf8').split('\0');
  const units = join(folder, 'units');
  mkdirSync(units, { recursive: true });
  const unit = join(units, 'docker.service');
  writeFileSync(unit, `[Service]\nExecStart=${words.join(' ')}\n`);
  // As on a host where it stood there before the engine was started.
  utimesSync(unit, 1, 1);
  const namespace = `--mount=${engine.root().replace(/root$/, 'ns/mnt')}`;
  execFileSync('nsenter', [namespace, 'mount', '--bind', units, '/etc/systemd/system']);
}

/** Whether the engine starts a program for a published port, by the processes beside it. */
function usesProxy(name: string): boolean {
  const published = ['--publish', '127.0.0.1::80', baseImage, 'sleep', 'infinity'];
  engine.docker('run', '--detach', '--name', name, ...published);
  const all = readdirSync(`${engine.root()}/proc`).filter((one) => /^\d+$/.test(one));
  const commands = all.map((pid) => readFileSync(`${engine.root()}/proc/${pid}/comm`, 'utf8'));
  engine.docker('rm', '--force', name);
  return commands.includes('docker-proxy\n');
}

async function proxyAt(level: 'files' | 'kernel') {
  const { snapshot } = await lookAtHost(engine.url, level);
  return evaluateRule(userlandProxyOff, assess(snapshot))[0];
}

it('an engine has not read what its daemon.json says since it started, however much of that file is its own', async () => {
  const settings = { 'no-new-privileges': true, 'userland-proxy': false };
  writeFileSync(file, JSON.stringify(settings));
  showUnit();
  expect(usesProxy('before')).toBe(true);
  for (const level of ['files', 'kernel'] as const) {
    expect(await proxyAt(level)).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining(`${file} was changed after the engine had started`),
    });
  }

  await engine.restart();
  showUnit();
  expect(usesProxy('after')).toBe(false);
  expect(await proxyAt('files')).toMatchObject({ verdict: 'pass' });
}, 60_000);
