import { join } from 'node:path';
import { assess } from '../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { rules } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { patient } from '../support/patient.ts';
import { askEngine, baseImage, openRealEngine, type RealEngine } from '../support/real-engine.ts';
import { openRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';

const SECRET = 'hunter2planted';
const swarmRules = rules.filter(({ subject }) => subject === 'swarm');

let engine: RealEngine;
let proxy: RecordingProxy;
beforeAll(async () => {
  engine = await openRealEngine();
  const listenOn = join(engine.folder, 'seen.sock');
  proxy = await openRecordingProxy({ listenOn, engineSocket: engine.socketPath });
  engine.importBaseImage();
});
afterAll(async () => {
  await proxy?.close();
  await engine?.close();
});

const takeSnapshot = (): Promise<Snapshot> =>
  createSnapshotTaker({
    hosts: [{ ...patient, name: 'swarm', url: proxy.url }],
    clock: Date.now,
  }).takeSnapshot('swarm');

/** Verdict of every rule on the swarm, and those on the engine and containers that are named. */
function verdictsIn(snapshot: Snapshot, policy = defaultPolicy) {
  const results = evaluate(rules, assess(snapshot), policy);
  const of = (rule: string) => results.filter((one) => one.rule === rule);
  return {
    swarm: Object.fromEntries(swarmRules.map(({ id }) => [id, of(id)[0]?.verdict])),
    of,
  };
}

const verdicts = async (policy = defaultPolicy) => verdictsIn(await takeSnapshot(), policy);

const everyRule = (verdict: string) =>
  Object.fromEntries(swarmRules.map(({ id }) => [id, verdict]));

// One engine changes step by step, so these stand in their order.
describe('a real swarm of one node', () => {
  it('is not judged while it is off', async () => {
    const { swarm, of } = await verdicts();

    expect(swarm).toEqual(everyRule('not-applicable'));
    expect(of('swarm-mode-intended')[0]?.verdict).toBe('pass');
  });

  it('is judged as docker makes it, with a service that holds a secret', async () => {
    engine.docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1');
    engine.docker('network', 'create', '--driver', 'overlay', 'shop');
    const service = ['service', 'create', '--detach', '--no-resolve-image', '--name', 'leaky'];
    engine.docker(...service, '--env', `DB_PASSWORD=${SECRET}`, baseImage, 'sleep', '1d');

    const snapshot = await takeSnapshot();
    const { swarm, of } = verdictsIn(snapshot);

    expect(swarm).toEqual({
      'overlay-encrypted': 'fail',
      'swarm-autolock': 'fail',
      'swarm-ca-rotated': 'pass',
      'swarm-manager-count': 'not-applicable',
      'swarm-node-cert-expiry': 'pass',
      'swarm-planes-separated': 'unknown',
      'swarm-port-bound': 'unknown',
      'swarm-secrets-used': 'fail',
      'swarm-unlock-key-rotated': 'unknown',
    });
    expect(of('swarm-mode-intended')[0]?.verdict).toBe('unknown');
    expect(of('live-restore')[0]?.verdict).toBe('not-applicable');
    expect(of('swarm-secrets-used')[0]?.message).toContain('leaky');
    expect(JSON.stringify(snapshot)).not.toContain(SECRET);
  });

  it('never asks for what holds the tokens that make a node a manager', async () => {
    const told = (path: string) => askEngine(engine.socketPath, 'GET', path);
    expect(await told('/swarm')).toContain('SWMTKN-1-');
    proxy.calls.length = 0;
    const { swarm } = await takeSnapshot();

    expect(swarm).toMatchObject({ state: 'read', value: { isManager: true, isAutolocked: false } });
    const answers = await Promise.all(
      proxy.calls
        .filter((call) => /\/(info|nodes|services)$/.test(call))
        .map((call) => told(call.replace(/^[A-Z]+ /, ''))),
    );
    expect(answers.length).toBeGreaterThanOrEqual(3);
    expect(answers.filter((answer) => answer.includes('SWMTKN'))).toEqual([]);
    expect(proxy.calls.filter((call) => /\/swarm/.test(call))).toEqual([]);
  });

  it('tells the age of its CA and the lifetime of its certificates', async () => {
    engine.docker('swarm', 'update', '--cert-expiry', '24h');
    const snapshot = await takeSnapshot();
    const { swarm } = snapshot;
    if (swarm.state !== 'read') throw new Error(swarm.reason);

    const { caValidFrom, nodeCertificateSeconds } = swarm.value;
    expect(nodeCertificateSeconds).toBe(86_400);
    // Swarm dates its CA an hour back, for clocks that differ.
    const ageMs = Date.now() - Date.parse(caValidFrom ?? '');
    expect(ageMs).toBeGreaterThan(0);
    expect(ageMs).toBeLessThan(24 * 3_600_000);
    const expiry = (policy?: typeof defaultPolicy) =>
      verdictsIn(snapshot, policy).swarm['swarm-node-cert-expiry'];
    expect(expiry()).toBe('pass');
    expect(expiry({ ...defaultPolicy, swarmNodeCertificateDaysMax: 0 })).toBe('fail');
  });

  it('passes once it is mended, and its ingress network stays the lesser offence', async () => {
    engine.docker('service', 'rm', 'leaky');
    engine.docker('network', 'rm', 'shop');
    const network = ['network', 'create', '--driver', 'overlay', '--opt', 'encrypted', 'private'];
    engine.docker(...network);
    engine.docker('swarm', 'update', '--autolock=true');
    engine.docker(
      'service',
      'create',
      '--detach',
      '--no-resolve-image',
      '--name',
      'tidy',
      baseImage,
    );

    const wanted = { ...defaultPolicy, isSwarmWanted: true };
    const { swarm, of } = await verdicts(wanted);

    expect(swarm['swarm-autolock']).toBe('pass');
    expect(swarm['swarm-secrets-used']).toBe('pass');
    expect(of('overlay-encrypted')[0]).toMatchObject({ verdict: 'fail', severity: 'low' });
    expect(of('swarm-mode-intended')[0]?.verdict).toBe('pass');
  });

  it('is off again once the node has left', async () => {
    engine.docker('swarm', 'leave', '--force');

    expect((await verdicts()).swarm).toEqual(everyRule('not-applicable'));
  });
});
