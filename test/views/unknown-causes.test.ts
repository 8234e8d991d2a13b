import { groupByCause, shortCause, unknownText } from '../../src/views/unknown-causes.ts';

const notVerified = 'configured; not verified (needs evidence: kernel)';

test.each([
  [`seccomp: ${notVerified}`, notVerified],
  [`cap-effective, cap-permitted, cap-bounding and 1 more: ${notVerified}`, notVerified],
  ['needs evidence level files (set `evidence: files` for the host)', 'needs evidence level files'],
  [
    'commands that ended are not judged (…); none is open now',
    'commands that ended are not judged',
  ],
  [
    'a person must answer: /seawall attest content-trust',
    'a person must answer: /seawall attest content-trust',
  ],
])('the cause of “%s” says why', (reason, cause) => {
  const missing = { rule: 'a-rule', subject: 'web', reason };

  expect(groupByCause([missing])).toEqual([{ cause, missing: [missing] }]);
});

test('one line has one cause for each evidence level, however a reason says it', () => {
  const reasons = [
    `seccomp: ${notVerified}`,
    'whether a command left a process behind is not verified (needs evidence: kernel)',
    'needs evidence level files (set `evidence: files` for the host)',
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
