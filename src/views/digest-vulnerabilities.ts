import type { DigestAnswer, DigestVulnerability } from '../answers/digest-answer.ts';
import { clamp, clamped, listed } from '../shared/text.ts';
import { code, list, type Part, type Span, strong, titled } from './document.ts';

/** Vulnerabilities that the line at the top names. */
const NAMED_AT_TOP = 3;

const kinds = [
  ['exploited', 'exploited'],
  ['new', 'new'],
  ['fixable', 'fixable now'],
] as const;

/** All of it in one line for the top of a digest, the exploited first; nothing where nothing is new. */
export function vulnerabilityLine({ vulnerabilities }: DigestAnswer): Span[][] {
  if (vulnerabilities === null) return [];
  const { new: fresh, fixable } = vulnerabilities;
  if (fresh.count + fixable.count === 0) return [];
  const counts = kinds.flatMap(([kind, word]) =>
    vulnerabilities[kind].count > 0 ? [`${vulnerabilities[kind].count} ${word}`] : [],
  );
  // One that is exploited may be new as well.
  const all = kinds.flatMap(([kind]) => vulnerabilities[kind].worst);
  const byId = new Map(all.map((one) => [one.id, one]));
  const worst = [...byId.values()].slice(0, NAMED_AT_TOP);
  const [first] = worst;
  return [
    [
      strong(`Vulnerabilities: ${counts.join(', ')}`),
      ...(first
        ? [
            '. ',
            worst.map(inWords).join('; '),
            ' (',
            code(`exposure ${clamp(first.id, 40)} on all`),
            ')',
          ]
        : []),
    ],
  ];
}

/** A heading and at most five lines; nothing where nothing is to be said. */
export function vulnerabilityParts({ vulnerabilities }: DigestAnswer): Part[] {
  if (vulnerabilities === null) return [];
  const lines = kinds.flatMap(([kind, word]): Span[][] => {
    const { count, worst } = vulnerabilities[kind];
    const [first] = worst;
    if (first === undefined) return [];
    const more = count - worst.length;
    return [
      [
        strong(`${count} ${word}: `),
        worst.map(inWords).join('; '),
        ...(more > 0 ? [` and ${more} more`] : []),
        ' (',
        code(`exposure ${clamp(first.id, 40)} on all`),
        ')',
      ],
    ];
  });
  const { unknown, stale, unfetched } = vulnerabilities;
  if (unknown > 0) {
    lines.push([
      strong(`${unknown} unknown: `),
      'only feeds that are too old clear them (',
      code('feeds'),
      ')',
    ]);
  }
  const whys = [
    ...(stale.length > 0
      ? [`${listed(stale, 4)} ${stale.length === 1 ? 'is' : 'are'} too old`]
      : []),
    ...(unfetched.length > 0 ? [`never fetched: ${listed(unfetched, 4)}`] : []),
  ];
  if (whys.length > 0) {
    lines.push([`Not known what is new: ${whys.join('; ')} (`, code('feeds'), ')']);
  }
  return titled('Vulnerabilities', list(lines));
}

function inWords({ id, severity, packages, hosts, isFixable }: DigestVulnerability): string {
  const short = (names: readonly string[], most: number) => listed(clamped(names, 40), most);
  const fix = isFixable ? ', a fix exists' : '';
  return `${clamp(id, 40)} (${severity ?? 'severity unknown'}) in ${short(packages, 1)} on ${short(hosts, 2)}${fix}`;
}
