import { plainText } from '../../src/views/document.ts';
import {
  findingsAcrossHosts,
  findingsByContainer,
  findingsByRule,
  firstGroups,
  firstLines,
} from '../../src/views/finding-lists.ts';
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

it('says a rule once for all hosts, with how many they are, and one on one host as ever', () => {
  const on = (host: string, difference = {}) => ({
    ...{
      ...found,
      host,
      subjects: ['web'],
      message: 'runs privileged',
      rule: 'no-privileged-container',
    },
    ...{
      severity: 'high' as const,
      baselineState: 'unchanged' as const,
      unverifiedReason: null,
      acceptance: null,
      ...difference,
    },
  });
  const hosts = Array.from({ length: 9 }, (_, at) => `web-${at}`);
  const findings = [
    on('web-1', { rule: 'no-root-user', severity: 'medium', message: 'is root' }),
    ...hosts.map((host) => on(host)),
  ];
  const [lines] = findingsAcrossHosts(findings);
  const said =
    lines?.kind === 'list' ? lines.items.map((spans) => spans.map(plainText).join('')) : [];

  expect(said).toEqual([
    '◆ high no-privileged-container ×9 on 9 hosts: web on web-0, web-1, web-2 and 6 more: runs privileged',
    expect.stringMatching(/^● medium no-root-user web on web-1 [0-9a-f]+: is root$/),
  ]);
});

it('fills a page with lines, and not with what one line says of many hosts', () => {
  const rules = Array.from({ length: 45 }, (_, at) => `rule-${String(at).padStart(2, '0')}`);
  const hosts = Array.from({ length: 30 }, (_, at) => `web-${String(at).padStart(2, '0')}`);
  const findings = rules.flatMap((rule) =>
    hosts.map((host, at) => ({
      ...{ ...found, rule, host, fingerprint: `${rule}-${host}`, subjects: ['web'] },
      // Of the last rule each host has something else to say.
      message: rule === 'rule-44' ? `port ${at}` : 'runs privileged',
    })),
  );
  const linesOf = (some: typeof findings) => {
    const [list] = findingsByRule(some);
    return list?.kind === 'list' ? list.items.map((spans) => spans.map(plainText).join('')) : [];
  };

  const page = firstLines(findings);
  expect(page).toEqual(findings.slice(0, 40 * hosts.length));
  expect(linesOf(page as typeof findings)).toHaveLength(40);
  expect(linesOf(page as typeof findings).join()).not.toContain('narrow the question');
  expect(firstLines(findings.slice(5 * hosts.length))).toHaveLength(39 * hosts.length + 1);
  expect(firstGroups(findings)).toEqual(findings.slice(0, 40));
});
