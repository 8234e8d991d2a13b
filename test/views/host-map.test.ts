import type {
  ContainerIsolation,
  IsolationAnswer,
  WaysThrough,
} from '../../src/answers/isolation-answer.ts';
import { assess } from '../../src/assessment/assess.ts';
import { drawPng } from '../../src/chat/draw-png.ts';
import { pathsByContainer } from '../../src/inspections/paths-by-container.ts';
import { bind, port } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { HostMapPart } from '../../src/views/document.ts';
import { hostMap } from '../../src/views/host-map.ts';
import { hostMapSvg } from '../../src/views/host-map-svg.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { attackPaths } from '../support/attack-paths.ts';
import { hostileName, hostileText, hostState } from '../support/hostile-answers.ts';
import { hostPosture } from '../support/scan-records.ts';

const isolation = (level: NonNullable<ContainerIsolation['isolation']>['level']) => ({
  level,
  source: 'predicted' as const,
  because: 'it is so',
  lacks: [],
});

/** Containers of a host with a way out each, and one without; paths as the scan found them. */
function answerOf(differences: Partial<IsolationAnswer> = {}): IsolationAnswer {
  const snapshot = exampleSnapshot({
    container: { name: 'payments', isPrivileged: true },
    otherContainers: [
      {
        name: 'runner',
        ports: [port('0.0.0.0', 8080)],
        mounts: [bind('/run/docker.sock')],
      },
      { name: 'cache' },
    ],
  });
  const { paths } = attackPaths(assess(snapshot));
  const { waysByContainer: _counted, ...posture } = hostPosture({ paths, pathCount: paths.length });
  const pathsOf = pathsByContainer({ posture });
  const toContainer = (name: string, level: 'on-the-host' | 'shared-kernel') => ({
    host: 'web-1',
    name,
    id: name,
    state: 'running',
    isolation: isolation(level),
    ...pathsOf({ id: name, name }),
  });
  return {
    kind: 'isolation',
    page: null,
    takenAt: '2026-01-02T06:00:00.000Z',
    hosts: [hostState()],
    isOne: false,
    containers: [
      toContainer('cache', 'shared-kernel'),
      toContainer('runner', 'shared-kernel'),
      toContainer('payments', 'on-the-host'),
    ],
    enginePaths: [],
    pathsUnknown: [],
    next: [],
    ...differences,
  };
}

// A user of the image alone keeps whoever is in the privileged one from root.
test('shows who holds what, the worst first, and the ways to root as lines', () => {
  const map = hostMap(answerOf(), '1 on the host, 2 shared kernel (runc)');

  expect(map?.containers.map(({ name }) => name)).toEqual(['runner', 'payments', 'cache']);
  expect(map?.containers.map(({ holds }) => holds)).toEqual([
    ['engine socket'],
    ['privileged'],
    [],
  ]);
  expect(map?.ways).toContainEqual({
    from: { container: 'payments' },
    to: 'kernel',
    certainty: 'conditional',
  });
  expect(map?.ways).toContainEqual({
    from: { container: 'runner' },
    to: 'engine',
    certainty: expect.any(String),
  });
  expect(map?.ways).toContainEqual(expect.objectContaining({ from: 'outside' }));
  expect(map?.ways.some(({ from }) => JSON.stringify(from).includes('cache'))).toBe(false);
});

test('leads from the socket of another service past the engine', () => {
  const mounts = [bind('/run/dbus', { isWritable: false })];
  const user = { declared: '0', uid: 0, reason: null };
  const container = { name: 'cache', mounts, user };
  const { paths } = attackPaths(assess(exampleSnapshot({ container })));
  const { waysByContainer: _counted, ...posture } = hostPosture({ paths, pathCount: paths.length });
  const containers = answerOf()
    .containers.filter(({ name }) => name === 'cache')
    .map((one) => ({ ...one, ...pathsByContainer({ posture })({ id: 'cache', name: 'cache' }) }));
  const map = hostMap(answerOf({ containers }), '');

  expect(map?.containers.map(({ holds }) => holds)).toEqual([['service socket']]);
  expect(map?.ways).toEqual([{ from: { container: 'cache' }, to: 'kernel', certainty: 'direct' }]);
});

test('says in words what it shows', () => {
  const { alternative = '' } = hostMap(answerOf(), '1 on the host') ?? {};

  expect(alternative).toContain('3 containers on one kernel: 1 on the host.');
  expect(alternative).toMatch(/\d ways to root on the host: .*payments/);
});

test('says in a terminal each way on a line of its own', () => {
  const map = hostMap(answerOf(), '1 on the host');
  if (map === null) throw new Error('no map');
  const { alternative, waysSaid } = map;
  const lines = terminalText({ headline: '', summary: [map], details: [], next: [] })
    .trim()
    .split('\n');

  expect(waysSaid.length).toBeGreaterThan(2);
  expect(alternative.endsWith(waysSaid.join(' '))).toBe(true);
  expect(lines.map((line) => line.replace(/^ {2}• /, ''))).toEqual(waysSaid);
});

test('draws a line for each container whose ways were counted and not kept', () => {
  const containers = answerOf().containers.map((one) => ({
    ...one,
    ways: { state: 'some' as const, count: 2, isLeast: false, worst: 'direct' as const },
    paths: [],
  }));
  const map = hostMap(answerOf({ containers }), '');

  expect(map?.containers.map(({ holds }) => holds)).toEqual([['2 ways'], ['2 ways'], ['2 ways']]);
  expect(map?.ways).toContainEqual({
    from: { container: 'cache' },
    to: 'kernel',
    certainty: 'direct',
  });
  expect(map?.alternative).toContain('3 more containers with ways.');
});

test.each<WaysThrough>([{ state: 'not-kept' }, { state: 'unknown', reason: 'timeout' }])(
  'never shows a container as harmless whose ways are $state',
  (ways) => {
    const containers = answerOf().containers.map((one) => ({ ...one, ways, paths: [] }));
    const map = hostMap(answerOf({ containers }), '');

    expect(map?.containers[0]?.holds).toEqual(['ways not known']);
    expect(map?.alternative).toContain(
      'Of 3 containers the ways to root on the host are not known',
    );
    expect(map?.alternative).not.toContain('No way');
  },
);

test('draws the way on which the engine itself gives the host away', () => {
  const warnings = ['WARNING: API is accessible on http://0.0.0.0:2375 without encryption.'];
  const [path] = attackPaths(assess(exampleSnapshot({ engine: { warnings } }))).paths;
  const enginePaths = path ? [{ host: 'web-1', path }] : [];
  const containers = answerOf().containers.filter(({ name }) => name === 'cache');
  const map = hostMap(answerOf({ containers, enginePaths }), '');

  expect(map?.ways).toEqual([
    { from: 'outside', to: 'engine', certainty: 'direct' },
    { from: 'engine', to: 'kernel', certainty: 'direct' },
  ]);
  expect(map?.alternative).not.toContain('No way');
});

test('is of one host, and of what runs', () => {
  const stopped = answerOf().containers.map((one) => ({ ...one, state: 'exited' }));

  expect(hostMap(answerOf({ hosts: [hostState(), hostState({ name: 'web-2' })] }), '')).toBeNull();
  expect(hostMap(answerOf({ containers: stopped }), '')).toBeNull();
});

const crowd = (count: number): HostMapPart => ({
  kind: 'host-map',
  title: hostileName,
  host: hostileName,
  engineVersion: hostileText,
  containers: Array.from({ length: count }, (_, index) => ({
    name: `${hostileName}-${index}`,
    level: index % 2 === 0 ? 'sandbox' : null,
    holds: [hostileText],
  })),
  ways: Array.from({ length: count }, (_, index) => ({
    from: { container: `${hostileName}-${index}` },
    to: index % 3 === 0 ? 'engine' : 'kernel',
    certainty: 'unproven',
  })),
  waysLeftOut: 0,
  alternative: hostileText,
  waysSaid: [],
});

test.each([
  [1, 2 * 358],
  [20, 2 * 982],
  [400, 2 * 982],
])('draws %d containers with hostile names', async (count, height) => {
  const svg = hostMapSvg(crowd(count));
  const png = await drawPng(svg);

  expect(svg).not.toMatch(/<(?!\/?(svg|rect|path|circle|text)[ >/])/);
  const view = new DataView(png.buffer, png.byteOffset);
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([1_520, height]);
});

test('counts those for which there is no room', () => {
  expect(hostMapSvg(crowd(24))).toContain('3 more containers, not drawn');
  expect(hostMapSvg(crowd(21))).not.toContain('not drawn');
});

test('says how many ways have no line, of containers without a box and of those not kept', () => {
  expect(hostMapSvg(crowd(24))).toContain('3 more ways, not drawn');
  expect(hostMapSvg({ ...crowd(24), waysLeftOut: 2 })).toContain('5 more ways, not drawn');

  const containers = answerOf().containers.map((one) => ({
    ...one,
    ways: { state: 'some' as const, count: 7, isLeast: false, worst: 'direct' as const },
  }));
  const map = hostMap(answerOf({ containers }), '');
  const kept = containers.reduce((sum, { paths }) => sum + Math.max(paths.length, 1), 0);

  expect(map?.waysLeftOut).toBe(3 * 7 - kept);
  expect(map?.alternative).toContain(`${3 * 7 - kept} ways not drawn.`);
});
