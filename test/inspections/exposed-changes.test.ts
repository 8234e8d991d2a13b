import { ExposedChanges } from '../../src/inspections/exposed-changes.ts';
import type { KeptExposure } from '../../src/ports/exposed-store.ts';

const NOW = 100;

const row = (difference: Partial<KeptExposure> = {}): KeptExposure => ({
  ...{ id: 1, vulnerability: 'CVE-2026-1', packageId: 1, componentId: null },
  ...{ osId: 'debian', osVersion: '12', state: 'affected-no-fix', isUnknown: false, fixed: null },
  ...{ isExploited: false, severity: null },
  ...{ firstSeen: NOW, fixableSince: null, exploitedSince: null },
  ...difference,
});
const fix = { state: 'affected-fix-available', fixed: '2-1' } as const;

function changed(before: readonly KeptExposure[], found: Partial<KeptExposure>) {
  const changes = new ExposedChanges(before, NOW);
  const { id: _, ...one } = row(found);
  changes.find(one);
  changes.end(() => false);
  const { opened, closed } = changes;
  return {
    opened,
    closed: closed.map(({ id, isUnknown }) => `${id}${isUnknown ? ' unknown' : ''}`),
  };
}

test('what was unknown is affected since when it was before', () => {
  const unknown = row({ id: 7, isUnknown: true, firstSeen: 5 });
  expect(changed([unknown], {})).toMatchObject({
    opened: [{ isUnknown: false, firstSeen: 5 }],
    closed: ['7 unknown'],
  });
  const never = row({ id: 7, isUnknown: true, firstSeen: 0 });
  expect(changed([never], {})).toMatchObject({ opened: [{ firstSeen: NOW }] });
  expect(changed([], { isUnknown: true })).toMatchObject({ opened: [{ firstSeen: 0 }] });
});

test('a fix that a newer record does not name stays known since when it was', () => {
  const known = row({ ...fix, firstSeen: 5, fixableSince: 6 });
  const { opened } = changed([known], { isUnknown: true });
  expect(opened).toMatchObject([{ fixed: null, fixableSince: 6 }]);
  const unknown = opened.map((one) => ({ ...one, id: 2 }));
  expect(changed(unknown, fix)).toMatchObject({ opened: [{ firstSeen: 5, fixableSince: 6 }] });
  expect(changed(unknown, {})).toMatchObject({ opened: [{ firstSeen: 5, fixableSince: null }] });
});

test('what an earlier version found beside an unknown one is one, since the earlier time', () => {
  const both = [
    row({ id: 1, ...fix, firstSeen: 90, fixableSince: 90 }),
    row({ id: 2, ...fix, isUnknown: true, firstSeen: 5, fixableSince: 6 }),
  ];
  expect(changed(both, fix)).toEqual({
    opened: [expect.objectContaining({ isUnknown: false, firstSeen: 5, fixableSince: 6 })],
    closed: ['1', '2 unknown'],
  });
  expect(changed(both, { ...fix, isUnknown: true })).toEqual({ opened: [], closed: ['1'] });
  const never = both.map((one) => (one.isUnknown ? { ...one, firstSeen: 0 } : one));
  expect(changed(never, fix)).toMatchObject({ opened: [{ firstSeen: 90 }] });
});
