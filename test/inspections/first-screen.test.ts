import { firstScreen, SUBJECTS_READ, verdictOf } from '../../src/inspections/first-screen.ts';
import type { Certainty } from '../../src/paths/graph.ts';
import { rules } from '../../src/programs/assemble.ts';
import { currentFinding, hostPosture } from '../support/scan-records.ts';

const ways = (...worst: (Certainty | null)[]) =>
  hostPosture({
    pathsUnknown: [],
    waysByContainer: worst.map((one, index) => {
      return { id: String(index), count: one === null ? 0 : 1, worst: one };
    }),
  });

test.each([
  ['Nothing is known of web-1 yet.', null],
  ['web-1 is easy to take over: 1 container owns the host.', ways('direct', null)],
  ['web-1 is easy to take over: 2 containers own the host.', ways('direct', 'direct', 'unproven')],
  [
    'web-1 may be easy to take over: 1 container may own the host, which was not measured.',
    ways('unproven', 'conditional'),
  ],
  [
    'Taking over web-1 needs one more weakness: 2 containers would then own the host.',
    ways('conditional', 'conditional'),
  ],
  ['No container of web-1 has a known way to root on the host.', ways(null)],
  [
    'No way to root on web-1 was found, but not everything could be read.',
    { ...ways(null), pathsUnknown: ['engine: timeout'] },
  ],
])('%s', (sentence, posture) => {
  expect(verdictOf({ host: 'web-1', posture })).toMatchObject({ sentence });
});

test('a host that cannot be read now is never told as one without a way', () => {
  const told = (posture: ReturnType<typeof ways>) =>
    verdictOf({ host: 'web-1', posture, isStale: true });
  const { verdict } = firstScreen(
    ['web-1', 'web-2'].map((host) => ({ host, posture: ways(null), isStale: host === 'web-2' })),
    [],
    rules,
  );

  expect(told(ways(null))).toEqual({
    ease: 'unread',
    sentence: 'web-1 cannot be read now; when it last could, no container had a known way to root.',
  });
  // What was bad is not better for that.
  expect(told(ways('direct')).ease).toBe('direct');
  expect(verdict).toMatchObject({ ease: 'unread', sentence: expect.stringContaining('web-2') });
});

const finding = (rule: string, subjectKey: string, severity: 'low' | 'high' | 'critical') => ({
  ...currentFinding({ rule, subjectKey, severity, message: `${rule} fails` }),
  host: 'web-1',
});

test('a container that owns the host stands before one with graver findings, each with its fix', () => {
  const path = {
    ...{ sentence: '', severity: 'critical' as const, certainty: 'direct' as const },
    ...{ startsFromPublicPort: false, container: 'ci', through: ['ci'], steps: [] },
  };
  const posture = { ...ways('direct'), paths: [path] };
  const { worst } = firstScreen(
    [{ host: 'web-1', posture }],
    [
      finding('memory-limit', 'db', 'low'),
      finding('no-env-secret', 'web', 'critical'),
      finding('no-host-network', 'ci', 'high'),
      finding('no-privileged-container', 'ci', 'high'),
      finding('memory-limit', 'cache', 'low'),
    ],
    rules,
  );

  expect(worst.map(({ subject, way }) => [subject, way])).toEqual([
    ['ci', 'direct'],
    ['web', null],
    ['cache', null],
  ]);
  expect(worst[0]?.messages[0]).toBe('no-privileged-container fails');
  expect(worst.every(({ fix, subject }) => fix.includes(subject))).toBe(true);
});

test('critical findings are named where no way to root is known', () => {
  const { verdict } = firstScreen(
    [{ host: 'web-1', posture: ways(null) }],
    [finding('no-env-secret', 'web', 'critical')],
    rules,
  );

  expect(verdict.sentence).toContain('but critical findings are open');
});

test('several hosts are one sentence, and what nobody read is in it', () => {
  const { verdict } = firstScreen(
    [
      { host: 'web-1', posture: ways('direct') },
      { host: 'web-2', posture: ways(null) },
      { host: 'ci', posture: null },
    ],
    [],
    rules,
  );

  expect(verdict.sentence).toBe('1 of 3 hosts is easy to take over: web-1; 1 never read.');
});

test('what is alike on several hosts is one line, and what is alike on one host is not', () => {
  const on = (host: string, subjectKey: string, rule: string) => ({
    ...finding(rule, subjectKey, 'critical'),
    host,
  });
  const hosts = ['web-1', 'web-2', 'web-3'];
  const { worst } = firstScreen(
    hosts.map((host) => ({ host, posture: ways(null) })),
    [
      ...hosts.map((host) => on(host, 'agent', 'no-privileged-container')),
      on('web-1', 'builder', 'no-privileged-container'),
      on('web-3', 'ci', 'no-docker-socket-mount'),
    ],
    rules,
  );

  expect(worst.map(({ host, subject, isOnOthers }) => [host, subject, isOnOthers])).toEqual([
    ['web-1', 'agent', true],
    ['web-1', 'builder', undefined],
    ['web-3', 'ci', undefined],
  ]);
  expect(worst[0]?.others).toEqual(hosts.slice(1).map((host) => ({ host, subject: 'agent' })));
});

test('of many subjects that are alike so many are looked at as are read of a fleet', () => {
  const hosts = Array.from({ length: SUBJECTS_READ + 1 }, (_, index) => `web-${100 + index}`);
  const { worst } = firstScreen(
    hosts.map((host) => ({ host, posture: ways(null) })),
    hosts.map((host, index) => ({
      ...finding(index < SUBJECTS_READ ? 'memory-limit' : 'no-env-secret', 'agent', 'low'),
      host,
    })),
    rules,
  );

  expect(worst.map(({ host, isOnOthers }) => [host, isOnOthers])).toEqual([['web-100', true]]);
});
