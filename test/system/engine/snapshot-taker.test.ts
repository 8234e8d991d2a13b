import { collectorEndpoints, createSnapshotTaker } from '../../../src/engine/snapshot-taker.ts';
import type { SnapshotProgress } from '../../../src/ports/scan-queue.ts';
import * as collectors from '../../../src/snapshot/collectors/index.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import { type Fault, openFaultEngine } from '../../support/fault-engine.ts';
import { inspectAnswer, inspectedId } from '../../support/inspect-answer.ts';
import { patient } from '../../support/patient.ts';
import { openRecordedEngine } from '../../support/recorded-engine.ts';
import { until } from '../../support/until.ts';

const clock = () => Date.UTC(2026, 10, 24, 7);
const sectionIds = Object.keys(collectors) as (keyof typeof collectors)[];

const reasonsOf = (snapshot: Snapshot): string[] =>
  sectionIds.map((id) => {
    const reading = snapshot[id];
    return reading.state === 'unread' ? reading.reason : 'read';
  });

it.each<[string, Fault, string]>([
  ['hangs', { kind: 'hang' }, 'did not answer in time'],
  ['drips', { kind: 'slow', bytes: 1e6, everyMs: 20 }, 'did not answer in time'],
  ['breaks off', { kind: 'cut' }, 'broke in the middle'],
  ['fails', { kind: 'status', status: 500, message: 'boom' }, '500 boom'],
  ['lies', { kind: 'html' }, 'not its API'],
  ['floods', { kind: 'huge', bytes: 5e7, hasContentLength: false }, 'larger than Seawall accepts'],
])('an engine that %s harms no other host', async (_, fault, reason) => {
  const sample = await openRecordedEngine();
  const broken = await openFaultEngine({ fault });
  // Only one that never answers is waited for.
  const limits = ['hang', 'slow'].includes(fault.kind)
    ? { callSeconds: 2, scanSeconds: 4 }
    : patient;
  const taker = createSnapshotTaker({
    hosts: [
      { ...patient, name: 'good', url: sample.url },
      { ...limits, name: 'bad', url: broken.url, evidence: 'kernel' },
    ],
    clock,
  });

  const [good, bad] = await Promise.all([taker.takeSnapshot('good'), taker.takeSnapshot('bad')]);

  expect(reasonsOf(bad)).toEqual(sectionIds.map(() => expect.stringContaining(reason)));
  expect(good.engine).toMatchObject({ state: 'read', value: { version: '26.1.5+dfsg1' } });
  expect(good.containers).toMatchObject({ state: 'read', value: { unread: [] } });
  expect(good.containers.state === 'read' && good.containers.value.read).toHaveLength(36);
  expect(reasonsOf(good).filter((text) => text.includes('bug'))).toEqual([]);
  await Promise.all([sample.close(), broken.close()]);
});

it('a host that answers each call, but too many of them slowly, ends with its own time', async () => {
  const list = Array.from({ length: 200 }, (_, i) => ({ Id: `c${i}`, Names: [`/c${i}`] }));
  const engine = await openFaultEngine({
    routes: {
      '/containers/json': list,
      '/info': (_: unknown, response: { end(text: string): void }) =>
        setTimeout(() => response.end('{}'), 60_000).unref(),
    },
  });
  const taker = createSnapshotTaker({
    hosts: [{ name: 'slow', url: engine.url, scanSeconds: 0.3 }],
    clock,
    callTimeoutMs: 60_000,
  });

  const snapshot = await taker.takeSnapshot('slow');

  expect(snapshot.engine).toEqual({
    state: 'unread',
    reason: 'The engine did not answer in time: slow was not read within 0.3 s',
  });
  await engine.close();
});

it('a snapshot that is stopped ends each call to the engine at once', async () => {
  const engine = await openFaultEngine({ fault: { kind: 'hang' } });
  const taker = createSnapshotTaker({
    hosts: [{ name: 'slow', url: engine.url }],
    clock,
    callTimeoutMs: 60_000,
  });
  const stop = new AbortController();
  const taken = taker.takeSnapshot('slow', undefined, undefined, stop.signal);
  await until(() => engine.requests.length > 0);

  stop.abort();

  const reasons = reasonsOf(await taken).filter((reason) => !reason.startsWith('needs evidence'));
  expect(new Set(reasons)).toEqual(
    new Set(['The engine could not be reached: reading slow was stopped']),
  );
  await until(() => engine.connections() === 0);
  await engine.close();
});

it('tells its progress, section by section, and the time it was given', async () => {
  const engine = await openFaultEngine({ fault: { kind: 'reset' } });
  const taker = createSnapshotTaker({ hosts: [{ name: 'web-1', url: engine.url }], clock });
  const steps: SnapshotProgress[] = [];

  const snapshot = await taker.takeSnapshot('web-1', (step) => steps.push(step));

  expect(snapshot).toMatchObject({ host: 'web-1', takenAt: '2026-11-24T07:00:00.000Z' });
  expect(steps.map(({ done }) => done)).toEqual(sectionIds.map((_, i) => i + 1));
  expect(new Set(steps.map(({ section }) => section))).toEqual(new Set(sectionIds));
  expect(steps).toContainEqual({
    host: 'web-1',
    section: 'engine',
    state: 'unread',
    done: expect.any(Number),
    total: sectionIds.length,
  });
  await engine.close();
});

it('leaves no connection behind', async () => {
  const engine = await openFaultEngine({ routes: { '/info': {} } });
  const taker = createSnapshotTaker({ hosts: [{ name: 'web-1', url: engine.url }], clock });

  await taker.takeSnapshot('web-1');

  while (engine.connections() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(engine.accepted()).toBeGreaterThan(0);
  await engine.close();
});

it.each([
  ['the owner that the named label tells', 'team', 'payments'],
  ['no owner when nothing is named', null, null],
])('reads %s, and no other label', async (_, ownerLabel, owner) => {
  const container = inspectAnswer({ config: { Labels: { team: 'payments', note: 'planted' } } });
  const engine = await openFaultEngine({
    routes: {
      '/containers/json': [{ Id: inspectedId, Names: ['/web'], State: 'running' }],
      [`/containers/${inspectedId}/json`]: container,
    },
  });
  const hosts = [{ name: 'web-1', url: engine.url }];
  const taker = createSnapshotTaker({ hosts, clock, collect: { ownerLabel } });

  const snapshot = await taker.takeSnapshot('web-1');

  expect(snapshot.containers).toMatchObject({ state: 'read', value: { read: [{ owner }] } });
  expect(JSON.stringify(snapshot)).not.toContain('planted');
  await engine.close();
});

it('names a wrong url before anything is read', () => {
  const hosts = [{ name: 'web-1', url: 'web-1:2375' }];

  expect(() => createSnapshotTaker({ hosts, clock })).toThrow('does not start with');
});

it('asks nothing that a collector did not declare', async () => {
  const engine = await openFaultEngine();
  const taker = createSnapshotTaker({ hosts: [{ name: 'web-1', url: engine.url }], clock });

  await taker.takeSnapshot('web-1');

  const declared = [...collectorEndpoints, 'GET /version', 'HEAD /_ping'];
  const asked = engine.requests.map(({ method, path }) => `${method} ${path}`);
  expect(declared).toEqual(expect.arrayContaining(asked));
  await engine.close();
});
