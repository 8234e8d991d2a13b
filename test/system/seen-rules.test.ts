import { assess } from '../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { forbiddenExecs } from '../../src/rules/catalogue/index.ts';
import { noCommittedImage } from '../../src/rules/catalogue/no-committed-image.ts';
import { noManagementPort } from '../../src/rules/catalogue/no-management-port.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { untilRuns } from '../support/commands-in.ts';
import { patient } from '../support/patient.ts';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { startContainer } from '../support/run-options.ts';
import { workerEngine } from '../support/worker-engine.ts';

// Rules about what somebody did on a host, judged where somebody did it.
const [noPrivilegedExec, noRootExec] = forbiddenExecs;

let engine: RealEngine;
let snapshot: Snapshot;

const run = (name: string, image: string, ...options: string[]) =>
  startContainer(engine.socketPath, name, options, [image, 'sleep', 'infinity']);
const runAlone = (name: string, image: string, ...options: string[]) =>
  run(name, image, '--no-network', ...options);

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  engine.build('built:1', `FROM ${baseImage}\nENV A=b\nCMD ["sleep", "9"]\n`);
  await runAlone('changed', baseImage, '--user', '1000');
  engine.docker('exec', '--user', '0', 'changed', 'sh', '-c', 'echo hand > /by-hand');
  engine.docker('commit', 'changed', 'committed:1');
  engine.docker('commit', '--change', 'ENV C=d', 'changed', 'committed-with:1');
  for (const name of ['built', 'committed', 'committed-with']) {
    await runAlone(`of-${name}`, `${name}:1`);
  }
  await runAlone('of-imported', baseImage);

  const socket = ['--volume', `${engine.socketPath}:/var/run/docker.sock`];
  await run('agent', baseImage, '--publish', '9001:9001', ...socket);
  await run('web', baseImage, '--publish', '9002:9001');

  for (const [name, ...options] of [
    ['exec-privileged', '--privileged'],
    ['exec-root', '--user', '0'],
    ['exec-own', '--user', '1000'],
  ] as const) {
    await runAlone(name, baseImage, '--user', '1000');
    engine.docker('exec', '--detach', ...options, name, 'sleep', '1000');
  }
  await untilRuns(engine.root(), 'sleep 1000', 'sleep 1000', 'sleep 1000');
  const hosts = [{ ...patient, name: 'host', url: engine.url }];
  snapshot = await createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('host');
});
afterAll(() => engine?.close());

/** Verdicts by the name of the subject; of an image by its first tag. */
function verdictsOf(rule: unknown): Record<string, string> {
  const results = evaluateRule(rule as Rule, assess(snapshot));
  return Object.fromEntries(results.map(({ subject, verdict }) => [subject.name, verdict]));
}

it('tells an image that was committed here from those that were built and imported', () => {
  expect(verdictsOf(noCommittedImage)).toMatchObject({
    'committed:1': 'fail',
    'built:1': 'pass',
    [baseImage]: 'not-applicable',
  });
  expect(verdictsOf(noCommittedImage)['committed-with:1']).not.toBe('pass');
});

it('finds the management port of a container that has the engine', () => {
  expect(verdictsOf(noManagementPort)).toMatchObject({ agent: 'fail', web: 'pass' });
});

it('fails a container while such a command is open in it', () => {
  expect(verdictsOf(noPrivilegedExec)).toMatchObject({
    'exec-privileged': 'fail',
    'exec-root': 'unknown',
    'exec-own': 'unknown',
  });
  expect(verdictsOf(noRootExec)).toMatchObject({ 'exec-root': 'fail', 'exec-own': 'unknown' });
});
