import { groupByCause, unknownText } from '../../src/views/unknown-causes.ts';

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

test('what is only configured is one cause, whichever control it is', () => {
  const counts = ['seccomp', 'cap-ambient', 'no-new-privileges'].map((control) => ({
    reason: `${control}: ${notVerified}`,
    count: 2,
  }));

  expect(unknownText(counts)).toBe(`6 unknown: 6 × ${notVerified}`);
});
