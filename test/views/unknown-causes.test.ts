import { archiveRefusal } from '../../src/snapshot/guard-archives.ts';
import type { InspectedContainer } from '../../src/snapshot/inspected-container.ts';
import { groupByCause, shortCause, unknownText } from '../../src/views/host-notes.ts';

const notVerified = 'configured; not verified (needs evidence: kernel)';

test.each([
  [`seccomp: ${notVerified}`, notVerified],
  [`cap-effective, cap-permitted, cap-bounding and 1 more: ${notVerified}`, notVerified],
  ['of its containers shop-web-1, shop-web-2: timed out', 'timed out'],
  ['needs evidence level files (set “evidence: files” for the host)', 'needs evidence level files'],
  [
    'commands that ran inside and have ended are not judged (…); none is open now',
    'commands that ran inside and have ended are not judged',
  ],
  [
    'a person must answer: /seawall attest content-trust',
    'a person must answer: /seawall attest content-trust',
  ],
])('the cause of “%s” says why', (reason, cause) => {
  const missing = { rule: 'a-rule', subject: 'web', reason };

  expect(groupByCause([missing])).toEqual([{ cause, missing: [missing] }]);
});

test('files of containers that no level in use reads have one cause, whatever the engine would do', () => {
  const url = 'unix:///var/run/docker.sock';
  const endpoint = { kind: 'unix' as const, url, isMutualTls: false, socketPath: null };
  const refusals = ['/srv/a', '/srv/b'].map((path) => {
    const archiveEffect = { value: `would create ${path} on the host if it is missing there` };
    const inspected = { value: { archiveEffect } as InspectedContainer };
    return archiveRefusal({ mayChangeHost: false, endpoint }, { inspected })?.message ?? '';
  });

  expect(unknownText(refusals.map((reason) => ({ reason, count: 1 })))).toBe(
    '2 unknown: 2 × needs evidence: files',
  );
});

test('one line has one cause for each evidence level, however a reason says it', () => {
  const reasons = [
    `seccomp: ${notVerified}`,
    'whether a command left a process behind is not verified (needs evidence: kernel)',
    'needs evidence level files (set “evidence: files” for the host)',
    'live-restore stands in daemon.json, which is not known: needs evidence level files (set …)',
    'a person must answer: /seawall attest content-trust',
    'a person must answer: /seawall attest verified-packages',
    'nobody said how old an image may become: set policy.imageAgeDaysMax in seawall.yml',
  ];

  expect(unknownText(reasons.map((reason) => ({ reason, count: 2 })))).toBe(
    '14 unknown: 4 × needs evidence: kernel; 4 × needs evidence: files; 6 for 2 other reasons',
  );
  expect(shortCause(reasons[4] ?? '')).toBe('a person must answer');
  expect(shortCause('devices: configured; not verified: no level reads it')).toBe(
    'no level reads it',
  );
});
