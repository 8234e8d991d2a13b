import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { pathsByContainer } from '../../src/inspections/paths-by-container.ts';
import { PATHS_KEPT } from '../../src/paths/kept-paths.ts';
import { assessHost, type HostPosture } from '../../src/posture/assess-host.ts';
import { privileged } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { unread } from '../../src/shared/reading.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { attackPaths } from '../support/attack-paths.ts';

const root = { user: { declared: '', uid: 0, reason: null } };
const idOf = (index: number) => index.toString(16).padStart(64, '0');

/** A host with an ordinary container, `web`, and so many privileged ones. */
const hostWith = (count: number): Snapshot =>
  exampleSnapshot({
    container: root,
    otherContainers: Array.from({ length: count }, (_, index) => ({
      ...root,
      ...privileged,
      networks: [],
      id: idOf(index),
      name: `ci-${index}`,
    })),
  });
const containersOf = ({ containers }: Snapshot) =>
  containers.state === 'read' ? containers.value.read : [];
const postureOn = (snapshot: Snapshot): HostPosture =>
  assessHost([], evaluate([], assess(snapshot)), assess(snapshot));

/** As versions kept it that knew no counts. */
function asEarlier(snapshot: Snapshot): HostPosture {
  const { waysByContainer: _counts, ...posture } = postureOn(snapshot);
  const paths = attackPaths(assess(snapshot)).paths.map(({ through: _ids, ...path }) => path);
  return { ...posture, paths: paths.slice(0, 10), pathCount: paths.length };
}

const statesOf = (posture: HostPosture, snapshot: Snapshot) => {
  const pathsOf = pathsByContainer({ posture });
  return containersOf(snapshot).map((one) => pathsOf(one).ways.state);
};

it.each([12, 300])('of %d privileged containers each has its way', (count) => {
  const host = hostWith(count);
  const posture = postureOn(host);
  const [first, ...others] = statesOf(posture, host);

  expect(posture.pathCount).toBe(count);
  expect(first).toBe('none');
  expect(others).toEqual(Array.from({ length: count }, () => 'some'));
});

it('what is stored stays bounded, and what is not kept is counted', () => {
  const host = hostWith(3_000);
  const posture = postureOn(host);
  const last = pathsByContainer({ posture })({ id: idOf(2_999), name: 'ci-2999' });

  expect(posture.paths).toHaveLength(PATHS_KEPT);
  expect(JSON.stringify(posture.paths).length).toBeLessThan(400_000);
  expect(JSON.stringify(posture.waysByContainer).length / 3_000).toBeLessThan(120);
  expect(last).toEqual({
    ways: { state: 'some', count: 1, isLeast: false, worst: 'direct' },
    paths: [],
  });
});

it('a container of a namesake in the scan was not seen by it', () => {
  const pathsOf = pathsByContainer({ posture: postureOn(hostWith(1)) });

  expect(pathsOf({ id: 'f'.repeat(64), name: 'web' }).ways).toEqual({
    state: 'unknown',
    reason: 'the last scan did not see it',
  });
});

describe('a scan of a version that kept ten paths', () => {
  it('tells nothing of a container that is not among them', () => {
    const host = hostWith(12);
    const states = statesOf(asEarlier(host), host);

    expect(states.filter((state) => state === 'some')).toHaveLength(10);
    expect(states.filter((state) => state === 'not-kept')).toHaveLength(3);
  });

  it('tells at least how many ways there are', () => {
    const host = hostWith(12);
    const kept = asEarlier(host).paths[0]?.container ?? '';

    expect(pathsByContainer({ posture: asEarlier(host) })({ id: 'x', name: kept }).ways).toEqual({
      state: 'some',
      count: 1,
      isLeast: true,
      worst: 'direct',
    });
  });

  it('tells of none where it kept all', () => {
    const host = hostWith(2);

    expect(statesOf(asEarlier(host), host)).toEqual(['none', 'some', 'some']);
  });
});

describe('what was not read', () => {
  const host = hostWith(1);

  it('is not none without a scan', () => {
    expect(pathsByContainer(null)({ id: 'x', name: 'web' }).ways.state).toBe('unknown');
  });

  it('is not none while the engine is unread', () => {
    const posture = postureOn({ ...host, engine: unread<never>('timeout') });
    const [web] = containersOf(host);

    expect(pathsByContainer({ posture })(web ?? { id: '', name: '' }).ways).toEqual({
      state: 'unknown',
      reason: 'not read: engine: timeout',
    });
  });

  it('is not none for a container whose facts were refused', () => {
    const lost = { id: 'c9', name: 'lost', reason: 'timeout' };
    const containers = { state: 'read' as const, value: { read: [], unread: [lost] } };
    const posture = postureOn({ ...host, containers });

    expect(pathsByContainer({ posture })(lost).ways).toEqual({
      state: 'unknown',
      reason: 'not read: lost: timeout',
    });
  });
});
