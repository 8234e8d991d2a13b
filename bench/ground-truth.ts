// How right the matcher is, on labels of people and feeds of the time: for each ecosystem what it found
// and missed of the true ones, and what it reported of the false ones. With `--write` the table becomes
// docs/ground-truth.md. `node bench/ground-truth.ts <folder> [--write]`
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchVulnerability, prepareRecords } from '../src/exposure/match.ts';
import type { Verdict } from '../src/exposure/verdict.ts';
import { read } from '../src/shared/reading.ts';
import {
  type Feed,
  type Label,
  type LabelGroup,
  labelGroups,
  readFeed,
  readLabels,
} from './exposure-labels.ts';
import { say } from './measure.ts';

/** As the folder's README says. */
const feedDates = {
  AlmaLinux: '2026-08-21, AlmaLinux/osv-database 948f47a',
  Go: '2026-08-20, golang/vulndb a752ea5',
  Bitnami: '2026-08-05, bitnami/vulndb 0054d6e',
  PyPI: '2024-10-10, pypa/advisory-database 3ccb612',
};
/** The first drafts, by hand, and what is asked of the matcher. */
const targets: Partial<Record<string, string>> = {
  'AlmaLinux 8': 'at least 121 true ones',
  Go: 'at most 3 false ones',
  'Bitnami: node and python': 'at least 42 true ones',
};

/** Why a false one is reported; what has no reason here is a defect. */
const reasons: Partial<Record<string, string>> = {
  'CVE-2021-22921': 'only on Windows, which the record says in words alone',
  'CVE-2020-15523': 'only on Windows, which the record says in words alone',
  'CVE-2020-15801': 'only on Windows, which the record says in words alone',
};

interface Judged {
  label: Label;
  verdict: Verdict;
}

function judge(group: LabelGroup, feed: Feed, labels: readonly Label[]): Judged[] {
  const chosen = labels.filter((label) => group.has(label, feed));
  const keyOf = ({ label, package: name, cve, vulnerability }: Label) =>
    JSON.stringify([label, name, cve ?? vulnerability]);
  const unique = group.isDistinct
    ? [...new Map(chosen.map((label) => [keyOf(label), label])).values()]
    : chosen;
  return unique.map((label) => {
    const ids = [label.cve, label.vulnerability].filter((id) => id != null);
    const records = new Set(ids.flatMap((id) => feed.byId.get(id.toUpperCase()) ?? []));
    const { worst } = matchVulnerability(
      {
        ecosystem: read(group.ecosystem),
        packages: read([group.installed(label, labels)]),
        whole: { unseenOf: () => null, programs: [], isWithoutSystem: false },
        endedOn: null,
      },
      prepareRecords([...records]),
      [{ source: `osv/${group.feed}`, ecosystem: group.ecosystem, isStale: false, isPart: false }],
    );
    return { label, verdict: worst };
  });
}

const isAffected = ({ verdict }: Judged): boolean => verdict.state.startsWith('affected');

const reasonOf = (verdict: Verdict): string =>
  verdict.state === 'unknown' ? `unknown: ${verdict.reason}` : verdict.state;

function counted(values: readonly string[]): string {
  const counts = Map.groupBy(values, (value) => value);
  const sorted = [...counts].sort(([, a], [, b]) => b.length - a.length);
  return sorted.map(([value, { length }]) => `${length} ${value}`).join('; ') || 'none';
}

function rowOf(group: LabelGroup, judged: readonly Judged[]): string {
  const trueOnes = judged.filter(({ label }) => label.label === 'TP');
  const falseOnes = judged.filter(({ label }) => label.label === 'FP');
  const found = trueOnes.filter(isAffected).length;
  const reported = falseOnes.filter(isAffected).length;
  const f1 = (2 * found) / (found + reported + trueOnes.length);
  const missed = trueOnes.filter((one) => !isAffected(one)).map(({ verdict }) => reasonOf(verdict));
  const cells = [
    group.name,
    `${found} of ${trueOnes.length}`,
    counted(missed),
    `${reported} of ${falseOnes.length}`,
    f1.toFixed(2),
    targets[group.name] ?? '–',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** What is answered with "no" although a person said yes, by the record that it rests on. */
function deniedIn(judged: readonly Judged[]): string[] {
  return judged
    .filter(({ label }) => label.label === 'TP')
    .flatMap(({ label, verdict }) =>
      verdict.state === 'not-present' || verdict.state === 'vendor-says-not-affected'
        ? [
            `- \`${label.package}\` ${label.version}, ${label.cve ?? label.vulnerability}: ${verdict.state}; ${verdict.record.id} names \`${verdict.record.package}\`${'fixed' in verdict && verdict.fixed !== null ? `, fixed in ${verdict.fixed}` : ''}`,
          ]
        : [],
    );
}

const wrongIn = (judged: readonly Judged[]): string[] =>
  judged
    .filter((one) => one.label.label === 'FP' && isAffected(one))
    .map(
      ({ label, verdict }) =>
        `- \`${label.package}\` ${label.version}, ${label.cve ?? label.vulnerability}: ${
          verdict.state === 'affected-fix-available' ? `below ${verdict.fixed}` : verdict.state
        }, ${verdict.record?.id ?? 'no record'}; ${reasons[label.cve ?? ''] ?? 'NO REASON IS KNOWN'}`,
    );

async function main(folder: string): Promise<string> {
  const labels = await readLabels(folder);
  const rows: string[] = [];
  const denied: string[] = [];
  const wrong: string[] = [];
  for (const group of labelGroups) {
    const feed = await readFeed(folder, group.feed);
    const judged = judge(group, feed, labels);
    rows.push(rowOf(group, judged));
    denied.push(...titled(group, deniedIn(judged)));
    wrong.push(...titled(group, wrongIn(judged)));
  }
  return page(rows, denied, wrong);
}

const titled = ({ name }: LabelGroup, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`**${name}**`, '', ...[...new Set(lines)].sort(), ''];

const page = (rows: readonly string[], denied: readonly string[], wrong: readonly string[]) =>
  [
    '# How right the answers of exposure are',
    '',
    'Written by `node bench/ground-truth.ts <folder> --write`. People judged for each line of',
    '[vulnerability-match-labels](https://github.com/anchore/vulnerability-match-labels) (CC0, 2024-09-24)',
    'whether a package of an image really has a vulnerability. Seawall is asked the same, with the feeds below.',
    'A label says nothing of what it does not list, so that only these are counted.',
    '',
    '| Labels | True ones found | True ones not found | False ones reported | F1 | Asked for |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    'One and the same package and vulnerability in several images counts once for Go and PyPI. Labels name neither',
    'the source of an rpm nor the owner of a Python package: the name that others of the image and version begin with is',
    'taken for the source, and what labels of the image and their notes say for the owner. What no feed has a record of',
    'is `unknown`, never "no": vulnerabilities without a fix stand in no record of AlmaLinux. A record of Go that names no',
    'package of a module is mostly about the program in it: for whoever has the module as a library it is `unknown:',
    'part-of-package`, and that is 10 of the 26 false ones.',
    '',
    '| Feed | Of |',
    '|---|---|',
    ...Object.entries(feedDates).map(([name, date]) => `| ${name} | ${date} |`),
    '',
    '## True ones that are answered with "no"',
    '',
    'Each rests on a record of the vendor, which names other packages, or versions that the installed one is not among.',
    '',
    ...(denied.length > 0 ? denied : ['None.', '']),
    '## False ones that are reported',
    '',
    ...(wrong.length > 0 ? wrong : ['None.', '']),
  ].join('\n');

const [folder = '', mode] = process.argv.slice(2);
if (!existsSync(join(folder, 'labels.jsonl.gz'))) {
  say(`There are no labels in "${folder}": name the folder that has labels.jsonl.gz and feeds/.`);
  process.exitCode = 1;
} else {
  const text = await main(folder);
  say(text);
  if (mode === '--write') writeFileSync('docs/ground-truth.md', text);
}
