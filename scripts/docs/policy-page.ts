import { type Policy, policySettings } from '../../src/rules/policy.ts';
import type { Rule, Verdict } from '../../src/rules/rule.ts';
import { filled } from './page.ts';

const VERDICTS: readonly Verdict[] = ['pass', 'fail', 'unknown', 'not-applicable'];

/** The page of everything a team may decide: meaning, default, its reason, and who asks for it. */
export function renderPolicyPage(rules: readonly Rule[]): string {
  const keys = Object.keys(policySettings) as (keyof Policy)[];
  const settings = keys.map((key) => renderSetting(key, rules)).join('\n\n');
  return filled('docs/policy.md', { settings });
}

function renderSetting(key: keyof Policy, rules: readonly Rule[]): string {
  const { meaning, reason, default: value } = policySettings[key];
  const readers = rules
    .filter((rule) => asksFor(rule, key))
    .map(({ id }) => `[${id}](rules.md#${id})`);
  return [
    `## ${key}`,
    '',
    meaning,
    '',
    `**Default.**${renderValue(value)}`,
    '',
    `**Why.** ${reason}`,
    ...(readers.length > 0 ? ['', `**Rules.** ${readers.join(', ')}`] : []),
  ].join('\n');
}

/** A rule shows in its examples what it asks of the policy. */
const asksFor = ({ examples }: Rule, key: keyof Policy): boolean =>
  VERDICTS.some((verdict) =>
    (examples[verdict] ?? []).some(({ policy }) => policy !== undefined && key in policy),
  );

/** On one line, or as a block with a line for each item of a long list. */
function renderValue(value: unknown): string {
  const line = JSON.stringify(value);
  if (line.length <= WIDTH) return ` \`${line}\``;
  const items = Array.isArray(value)
    ? value.map((item) => JSON.stringify(item))
    : Object.entries(value as object).map(([name, item]) => `${name}: ${JSON.stringify(item)}`);
  return `\n\n\`\`\`text\n${items.join('\n')}\n\`\`\``;
}

const WIDTH = 100;
