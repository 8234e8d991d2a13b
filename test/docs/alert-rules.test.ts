import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Rule {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

const page = readFileSync('docs/fleet.md', 'utf8');
const { groups } = parse(readFileSync('deploy/prometheus/rules.yaml', 'utf8')) as {
  groups: { name: string; rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const headings = [...page.matchAll(/^### (Seawall\w+)$/gm)].map(([, name]) => name);

test.each(rules)('$alert says what is wrong, and the page what to do about it', (rule) => {
  const { alert, labels, annotations } = rule;

  expect(alert).toMatch(/^Seawall[A-Z][A-Za-z]+$/);
  expect(['warning', 'critical']).toContain(labels.severity);
  expect(rule.for).toMatch(/^\d+[mh]$/);
  expect(annotations.summary).not.toBe('');
  expect(annotations.runbook).toBe(`docs/fleet.md#${alert.toLowerCase()}`);
});

test('the page tells of these alerts and no other', () => {
  expect(headings).toEqual(rules.map(({ alert }) => alert));
});
