import { findingsByContainer, findingsByRule } from '../../src/views/finding-lists.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';

const [found] = hostileAnswers.findings.findings;
if (found === undefined) throw new Error('no finding');
const text = (...reasons: (string | null)[]) => {
  const findings = reasons.map((unverifiedReason) => ({ ...found, unverifiedReason }));
  return JSON.stringify([findingsByRule(findings), findingsByContainer(findings)]);
};
const count = (whole: string, part: string) => whole.split(part).length - 1;

it('says by which causes findings were not verified again, and of how many', () => {
  const slow = Array.from({ length: 3 }, () => 'timeout');

  expect(count(text(...slow, null), '3 not verified again: timeout')).toBe(2);
  expect(
    count(text('sealed', ...slow, null), '4 not verified again: 3 × timeout; 1 × sealed'),
  ).toBe(2);
  expect(
    count(
      text('refused', 'refused', 'sealed', ...slow, 'too large'),
      '7 not verified again: 3 × timeout; 2 × refused; 2 for 2 other reasons',
    ),
  ).toBe(2);
});
