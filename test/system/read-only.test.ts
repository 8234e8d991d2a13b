import { join } from 'node:path';
import { negotiationEndpoints } from '../../src/engine/open-engine.ts';
import { collectorEndpoints } from '../../src/engine/snapshot-taker.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import { rules } from '../../src/programs/assemble.ts';
import { severities } from '../../src/rules/rule.ts';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { createContainer, startSleeper } from '../support/run-options.ts';
import { type Ended, runHere } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { workerEngine } from '../support/worker-engine.ts';
import { guarded, unguarded } from './guards.ts';

const cwd = makeTemporaryFolder();
let engine: RealEngine;
let proxy: RecordingProxy;
/** One scan, what it asked, and what was in the engine before and after. */
let ended: Ended;
let calls: string[];
let before: string[];
let after: string[];

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  await startSleeper(engine, 'hardened', ...guarded('--volume', 'data:/data'));
  // A name makes Seawall read a file of the container, in whatever state that is.
  await startSleeper(engine, 'named', ...unguarded('user', '--user', 'www'));
  await startSleeper(engine, 'paused', ...unguarded('user', '--user', 'www'));
  engine.docker('pause', 'paused');
  const alias = unguarded('user', '--user', 'toor');
  await createContainer(engine.socketPath, 'created', alias, [baseImage, 'true']);
  proxy = await openRecordingProxy({
    listenOn: join(engine.folder, 'proxy.sock'),
    engineSocket: engine.socketPath,
  });
  before = stateOf();
  ended = await scan('--json');
  calls = [...proxy.calls];
  after = stateOf();
});
afterAll(async () => {
  await proxy?.close();
  await engine?.close();
});

const scan = (...words: string[]) =>
  runHere(['scan', ...words], { cwd, environment: { DOCKER_HOST: proxy.url } });

/** `GET /containers/{id}/json` → what such a call looks like on the wire. */
const patterns = [...collectorEndpoints, ...negotiationEndpoints].map((endpoint) => {
  const [method, path = ''] = endpoint.split(' ');
  return new RegExp(`^${method} (/v1\\.\\d+)?${path.replace('{id}', '[\\w:.-]+')}(\\?.*)?$`);
});

/** Everything that could change in an engine. */
const stateOf = () => [
  engine.docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}}'),
  engine.docker('images', '--all', '--no-trunc', '--format', '{{.ID}}'),
  engine.docker('volume', 'ls', '--quiet'),
  engine.docker('network', 'ls', '--no-trunc', '--quiet'),
];

it('asks the engine nothing but declared questions, and leaves it as it was', () => {
  const { status, stderr } = ended;

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(calls.filter((call) => !/^(GET|HEAD) /.test(call))).toEqual([]);
  expect(calls.filter((call) => !patterns.some((one) => one.test(call)))).toEqual([]);
  // It did go all the way: a list, a container, its processes and its user file.
  for (const asked of [/containers\/json/, /\w{64}\/json/, /\/top\?/, /\/archive\?/]) {
    expect(calls.some((call) => asked.test(call))).toBe(true);
  }
  expect(after).toEqual(before);
});

it('prints every rule and subject as JSON, in the promised shape', () => {
  const printed = JSON.parse(ended.stdout);

  expect(printed).toMatchObject({
    answer: 'scan',
    host: 'local',
    takenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  const results: RuleResult[] = printed.results;
  for (const result of results) {
    expect(result).toMatchObject({
      rule: expect.stringMatching(/^[a-z0-9-]+$/),
      controls: expect.any(Array),
      verdict: expect.stringMatching(/^(pass|fail|unknown|not-applicable)$/),
      subject: { kind: expect.any(String), name: expect.any(String), id: expect.any(String) },
      message: expect.any(String),
      evidence: expect.any(Array),
    });
    expect(severities).toContain(result.severity);
    for (const control of result.controls) expect(control).toMatch(/^cis-[\d.]+:[\d.]+$/);
    for (const fact of result.evidence) {
      expect(Object.keys(fact).sort()).toEqual(['path', 'source', 'value']);
    }
    const hasReason = ['unknown', 'not-applicable'].includes(result.verdict);
    expect('reason' in result).toBe(hasReason);
  }
  expect([...new Set(results.map(({ rule }) => rule))].sort()).toEqual(
    rules.map(({ id }) => id).sort(),
  );
  const count = (verdicts: string[]) =>
    results.filter(({ verdict }) => verdicts.includes(verdict)).length;
  expect(printed.coverage).toEqual({
    answered: count(['pass', 'fail']),
    unknown: count(['unknown']),
    notApplicable: count(['not-applicable']),
    total: results.length,
  });
});

describe('the exit code', () => {
  it('is 0 without a finding of the severity asked for, 1 with one', async () => {
    expect((await scan('--json', '--fail-on', 'high')).status).toBe(0);
    await createContainer(engine.socketPath, 'bad', guarded('--privileged'), [baseImage, 'true']);
    try {
      expect((await scan('--json', '--fail-on', 'high')).status).toBe(1);
      expect((await scan('--fail-on', 'critical')).status).toBe(1);
      expect((await scan('--json')).status).toBe(0);
    } finally {
      engine.docker('rm', 'bad');
    }
  });

  it('is 2 for wrong use, and says what would be right', async () => {
    const lines = [['scna'], ['scan', 'everything'], ['scan', '--fail-on', 'bad'], ['scan', '--x']];
    const environment = { DOCKER_HOST: proxy.url };
    const told = lines.map(async (words) => ({
      words,
      ...(await runHere(words, { cwd, environment })),
    }));
    for (const { words, status, stdout, stderr } of await Promise.all(told)) {
      expect({ words, status, stdout }).toEqual({ words, status: 2, stdout: '' });
      expect(stderr).toMatch(/scan|critical/);
    }
  });

  it('is 3 with an engine that does not answer, which is never clean', async () => {
    const environment = { DOCKER_HOST: `unix://${join(cwd, 'nothing.sock')}` };
    const { status, stdout } = await runHere(['scan', '--json'], { cwd, environment });

    expect(status).toBe(3);
    const { results, coverage } = JSON.parse(stdout);
    expect(coverage).toMatchObject({ answered: 0 });
    expect(new Set(results.map(({ verdict }: RuleResult) => verdict))).toEqual(
      new Set(['unknown']),
    );
  });
});
