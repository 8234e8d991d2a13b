import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noNewPrivileges } from '../../src/rules/catalogue/no-new-privileges.ts';
import { openRealEngine, type RealEngine } from '../support/real-engine.ts';
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
