import { octalMode } from '../../src/rules/host-file-rules.ts';
import type { ExampleHost, Rule, Verdict } from '../../src/rules/rule.ts';
import { page, table } from './page.ts';

const VERSIONS = ['1.6', '1.8'] as const;
const VERDICTS: readonly Verdict[] = ['fail', 'pass', 'unknown', 'not-applicable'];

/** The page of all rules, one section each in the order given, and a table from control to rule. */
export function renderRuleCatalogue(rules: readonly Rule[]): string {
  return page(
    'Rules',
    INTRODUCTION,
    renderOverview(rules),
    ...rules.map(renderRule),
    '## From control to rule',
    CONTROLS_NOTE,
    ...VERSIONS.map((version) => renderControls(rules, version)),
  );
}

const INTRODUCTION = [
  'Each rule judges one kind of subject and says `pass`, `fail`, `unknown` or `not-applicable`.',
  'What could not be read is `unknown`, never `pass`. An example is an ordinary, hardened host',
  'except for what it shows.',
].join('\n');

const CONTROLS_NOTE = [
  'Numbers of the CIS Docker Benchmark, as cross-references only: titles and advice are our own.',
  'The same number can mean different things in two versions, so always name the version.',
].join('\n');

const renderOverview = (rules: readonly Rule[]): string =>
  table(
    ['Rule', 'Good state', 'Subject', 'Severity'],
    rules.map(({ id, title, subject, severity }) => [`[${id}](#${id})`, title, subject, severity]),
  );

function renderRule(rule: Rule): string {
  const controls = rule.controls.length > 0 ? rule.controls.join(', ') : 'none, our own rule';
  const consults = rule.consults ?? [];
  const also = consults.length > 0 ? `; sharper with ${consults.join(', ')}` : '';
  const lines = [
    `## ${rule.id}`,
    '',
    `${rule.title}.`,
    '',
    `- Severity: ${rule.severity}`,
    `- Subject: ${rule.subject}`,
    `- Controls: ${controls}`,
    `- Reads: ${rule.needs.join(', ') || 'nothing'}${also}`,
    ...(rule.isAttestable ? [`- A person may answer: \`/seawall attest ${rule.id}\``] : []),
    ...(rule.facet ? [`- Facet of a failing container: \`${rule.facet}\``] : []),
    '',
    `**Why.** ${rule.rationale}`,
    '',
    `**Fix.** ${rule.remediation}`,
  ];
  return [lines.join('\n'), ...VERDICTS.flatMap((verdict) => renderExamples(rule, verdict))].join(
    '\n\n',
  );
}

function renderExamples(rule: Rule, verdict: Verdict): string[] {
  const examples = rule.examples[verdict] ?? [];
  if (examples.length === 0) return [];
  const lines = examples.map((example) => renderExample(rule, verdict, example));
  return [`Examples of \`${verdict}\`:\n\n\`\`\`json\n${lines.join('\n')}\n\`\`\``];
}

/** One line of JSON; a `fail` shows its severity. Long lists (a privileged container's) are cut. */
function renderExample(rule: Rule, verdict: Verdict, example: ExampleHost): string {
  const shown =
    verdict === 'fail' ? { ...example, severity: example.severity ?? rule.severity } : example;
  return JSON.stringify(shown, (key, value: unknown) => {
    if (key === 'mode' && typeof value === 'number') return octalMode(value);
    return Array.isArray(value) && value.length > MAXIMUM_ITEMS
      ? [...value.slice(0, MAXIMUM_ITEMS), `… ${value.length - MAXIMUM_ITEMS} more`]
      : value;
  });
}

const MAXIMUM_ITEMS = 4;

function renderControls(rules: readonly Rule[], version: (typeof VERSIONS)[number]): string {
  const prefix = `cis-${version}:`;
  const rows = rules
    .flatMap((rule) =>
      rule.controls
        .filter((control) => control.startsWith(prefix))
        .map((control) => ({ number: control.slice(prefix.length), id: rule.id })),
    )
    .sort((a, b) => a.number.localeCompare(b.number, 'en', { numeric: true }))
    .map(({ number, id }) => [number, `[${id}](#${id})`]);
  return [`### CIS Docker ${version}`, '', table(['Control', 'Rule'], rows)].join('\n');
}
