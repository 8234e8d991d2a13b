import { isDecision } from '../../src/ask/line-parts.ts';
import { lineOf, planOf } from './read-bank.ts';

test.each([
  ['undo the acceptance of 1a2b3c4d', 'unaccept 1a2b3c4d'],
  ['CVE-2024-13176 must not be accepted any more', 'unaccept CVE-2024-13176'],
  ['the acceptance of 1a2b3c4d must be withdrawn', 'unaccept 1a2b3c4d'],
  ['accept 1a2b3c4d until 31 January 2027', 'accept 1a2b3c4d --until 2027-01-31'],
  ['accept no-root-user redis until Friday', 'accept no-root-user redis --until 2026-11-27'],
  ['accept 1a2b3c4d until December 24', 'accept 1a2b3c4d --until 2026-12-24'],
  ['accept 1a2b3c4d until 24 January', 'accept 1a2b3c4d --until 2027-01-24'],
  ['accept 1a2b3c4d until the end of the month', 'accept 1a2b3c4d --until 2026-11-30'],
  ['accept 1a2b3c4d until the end of this week', 'accept 1a2b3c4d --until 2026-11-29'],
  ['accept 1a2b3c4d until the end of the quarter', 'accept 1a2b3c4d --until 2026-12-31'],
  ['accept 1a2b3c4d until tomorrow', 'accept 1a2b3c4d --until 2026-11-27'],
  ['accept 1a2b3c4d for the next 30 days', 'accept 1a2b3c4d --until 30d'],
  ['accept 1a2b3c4d for the coming two weeks', 'accept 1a2b3c4d --until 2w'],
  ['accept 1a2b3c4d until yesterday', 'accept 1a2b3c4d'],
  ['accept 1a2b3c4d for 30 days, it was seen yesterday', 'accept 1a2b3c4d --until 30d'],
  ['accept 1a2b3c4d until January', 'accept 1a2b3c4d --until 2027-01-01'],
  [
    'accept no-root-user on redis because it is behind a proxy',
    'accept no-root-user redis --reason "it is behind a proxy"',
  ],
  [
    'please accept 1a2b3c4d because of the legacy vpn for 30 days',
    'accept 1a2b3c4d --reason "the legacy vpn" --until 30d',
  ],
  [
    'accept 1a2b3c4d for 30 days because it is fine',
    'accept 1a2b3c4d --reason "it is fine" --until 30d',
  ],
  ['waive 1a2b3c4d until the end of january', 'accept 1a2b3c4d --until 2027-01-31'],
  ['accept 1a2b3c4d until feb 2027', 'accept 1a2b3c4d --until 2027-02-01'],
  ['accept 1a2b3c4d until the monitoring is fixed', 'accept 1a2b3c4d'],
  ['add host web7 with label team=shop and rack=b4', 'hosts add web7 team=shop rack=b4'],
  ['the host ci-runner should be removed', 'hosts remove ci-runner'],
  ['rotate the key of edge-eu', 'hosts rotate edge-eu'],
  ['import ./feeds/Debian.zip', 'feeds import ./feeds/Debian.zip'],
  ['forget what was imported for shop:1.2', 'images forget shop:1.2'],
  ['revoke the key of edge-eu', 'hosts revoke edge-eu'],
  ['rotate the key on edge-eu', 'hosts rotate edge-eu'],
  [
    'digest every Monday and Thursday at 7:30, Kolkata time',
    'digest schedule mon,thu 07:30 Asia/Kolkata',
  ],
  ['we want the digest at half past eight on working days', 'digest schedule weekdays 08:30'],
])('“%s” is a decision, which nothing runs: %s', async (question, line) => {
  const plan = await planOf(question);

  expect(lineOf(plan)).toBe(line);
  expect(plan.kind === 'sure' && isDecision(plan.planned)).toBe(true);
});

test.each([
  ...['who accepted risks', 'list the hosts', 'which hosts were removed', 'scan web1'],
  // The host is where something else is to be done.
  ...['please delete the old images on ci-runner for me', 'rotate the logs on edge-eu'],
  ...['Tell me if we have an exception for no-root-user on redis', 'have we got a waiver for api'],
  'How do I remove the packages that nothing needs from shop:1.2?',
  ...['drop the stopped containers on the host ci-runner', 'remove that user from prod-2'],
])('“%s” is none', async (question) => {
  const plan = await planOf(question);

  expect(plan.kind !== 'sure' || !isDecision(plan.planned)).toBe(true);
});
