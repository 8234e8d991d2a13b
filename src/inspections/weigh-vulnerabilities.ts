import type {
  ImageExposure,
  ImageVulnerability,
  VulnerablePackage,
} from '../answers/image-answer.ts';
import { type Advisory, isOfOne } from '../exposure/advisory.ts';
import type { JudgedPackage } from '../exposure/asked-inventory.ts';
import { baseScore } from '../exposure/cvss.ts';
import type { FoundVulnerability } from '../exposure/judge-inventory.ts';
import { isAffected } from '../exposure/verdict.ts';
import type { FeedStore, KnownOf, VulnerabilitySeverity } from '../ports/feed-store.ts';
import { exposedPackage } from './exposed-package.ts';
import { isCritical } from './exposure-order.ts';
import { sortedBy } from './paging.ts';
import { sentenceOf } from './unknown-sentences.ts';

/** What is known of the weight of vulnerabilities; asked of the feeds for those alone that affect something. */
export async function weights(
  feeds: Pick<FeedStore, 'knownOfEach' | 'severitiesOf'>,
  found: readonly FoundVulnerability[],
): Promise<(one: FoundVulnerability) => ImageVulnerability> {
  const affected = found.filter(({ state }) => isAffected(state));
  const known = await feeds.knownOfEach([...new Set(affected.map(({ id }) => id))]);
  const withoutScore = affected.filter((one) => ownScore(one) === null).map(({ id }) => id);
  const others = await feeds.severitiesOf(withoutScore);
  return (one) => toVulnerability(one, known.get(one.id.toUpperCase()), others);
}

const toVulnerability = (
  found: FoundVulnerability,
  known: KnownOf | undefined,
  others: ReadonlyMap<string, VulnerabilitySeverity[]>,
): ImageVulnerability => ({
  id: found.id,
  state: found.state,
  packages: found.packages.map(toPackage),
  records: found.advisories.map(({ id, source, modified }) => ({ id, source, modified })),
  exploited: known?.exploited ?? null,
  epss: known?.prediction?.probability ?? null,
  cvss: ownScore(found) ?? highest(others.get(found.id.toUpperCase()) ?? []),
});

const toPackage = ({ installed, verdict }: JudgedPackage): VulnerablePackage => ({
  ...exposedPackage(installed),
  state: verdict.state,
  fixedIn: 'fixed' in verdict ? verdict.fixed : null,
  reason: sentenceOf(verdict),
  said: saidIn(verdict),
});

/** Whose statement (VEX) it rests on. */
const saidIn = (verdict: JudgedPackage['verdict']): VulnerablePackage['said'] =>
  'by' in verdict && verdict.by
    ? { ...verdict.by, document: verdict.record?.id ?? '', isRepaired: isRepaired(verdict) }
    : null;

const isRepaired = (verdict: JudgedPackage['verdict']): boolean =>
  verdict.state === 'vendor-says-not-affected' && verdict.because === 'fixed';

/** By its own records, where these are about nothing else. */
function ownScore({ advisories }: FoundVulnerability): ImageVulnerability['cvss'] {
  const severities = advisories
    .filter(isOfOne)
    .flatMap(({ id: record, severities: all }: Advisory) =>
      all.map((severity) => ({ ...severity, record })),
    );
  return highest(severities);
}

function highest(severities: readonly VulnerabilitySeverity[]): ImageVulnerability['cvss'] {
  let found: ImageVulnerability['cvss'] = null;
  for (const { score: vector, record } of severities) {
    const score = baseScore(vector);
    if (score !== null && (found === null || score > found.score))
      found = { score, vector, record };
  }
  return found;
}

/** Vulnerabilities in order and in numbers, with what could not be judged. */
export function exposureOf(
  vulnerabilities: readonly ImageVulnerability[],
  gaps: string[],
): ImageExposure {
  const affected = vulnerabilities.filter(({ state }) => isAffected(state));
  const inState = (state: ImageVulnerability['state']) =>
    sortedBy(
      vulnerabilities.filter((one) => one.state === state),
      ({ id }) => id,
    );
  const count = (is: (one: ImageVulnerability) => boolean) => affected.filter(is).length;
  return {
    affected: sortedBy(affected, weightOrder),
    unknown: inState('unknown'),
    cleared: inState('vendor-says-not-affected'),
    fixable: count(({ state }) => state === 'affected-fix-available'),
    exploited: count(({ exploited }) => exploited !== null),
    critical: count(isCritical),
    unscored: count(({ cvss }) => cvss === null),
    gaps,
  };
}

/** Exploited ones first, then by EPSS, then by CVSS; what is not known stands behind what is. */
export function weightOrder({ exploited, epss, cvss, id }: ImageVulnerability): string {
  const falling = (value: number | null, most: number) =>
    value === null ? '~' : (most - value).toFixed(9).padStart(12, '0');
  return [exploited === null ? 1 : 0, falling(epss, 1), falling(cvss?.score ?? null, 10), id].join(
    '\n',
  );
}
