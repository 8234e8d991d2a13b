import type { SeverityRank } from '../exposure/cvss.ts';
import type {
  PlacedExposure,
  StoredExposureAcceptance,
  TellEvent,
} from '../ports/exposed-store.ts';
import { compareText } from '../shared/text.ts';

/** A vulnerability that a channel is to be told of. */
export interface ExposureNews {
  vulnerability: string;
  /** What the message is about. */
  event: TellEvent;
  /** What it says as well, so that no other message need. */
  events: TellEvent[];
  severity: SeverityRank | null;
  isExploited: boolean;
  isFixable: boolean;
}

/**
 * What of these is news for a channel, the worst first. What someone accepted is none, nor what only
 * containers had that are gone, unless it is exploited: then somebody may have been there.
 */
export function exposureNews(
  placed: readonly PlacedExposure[],
  told: ReadonlyMap<string, readonly TellEvent[]>,
  acceptances: readonly StoredExposureAcceptance[],
): ExposureNews[] {
  const left = placed.flatMap((one) => withoutAccepted(one, acceptances) ?? []);
  const news = [...Map.groupBy(left, ({ vulnerability }) => vulnerability)].flatMap(
    ([vulnerability, rows]) => newsOf(vulnerability, rows, told.get(vulnerability) ?? []) ?? [],
  );
  return news.sort(
    (a, b) =>
      Number(b.isExploited) - Number(a.isExploited) ||
      (b.severity ?? 0) - (a.severity ?? 0) ||
      Number(b.isFixable) - Number(a.isFixable) ||
      compareText(a.vulnerability, b.vulnerability),
  );
}

function newsOf(
  vulnerability: string,
  rows: readonly PlacedExposure[],
  told: readonly TellEvent[],
): ExposureNews | null {
  const isExploited = rows.some((row) => row.isExploited);
  const there = rows.filter(({ hosts }) => hosts.some(({ isThere }) => isThere));
  if (there.length === 0 && !isExploited) return null;
  const isThere = there.length > 0;
  const isFixable = (isThere ? there : rows).some(({ fixed }) => fixed !== null);
  // A fix of what is gone is no news, but whoever hears of the vulnerability hears of its fix.
  const happened = { known: true, exploited: isExploited, fix: isFixable && isThere };
  const events = (['known', 'exploited', 'fix'] as const).filter(
    (event) => happened[event] && !told.includes(event),
  );
  const [event] = events;
  if (event === undefined) return null;
  const severity = rows.reduce<SeverityRank | null>(
    (worst, row) => ((row.severity ?? 0) > (worst ?? 0) ? row.severity : worst),
    null,
  );
  return { vulnerability, event, events, severity, isExploited, isFixable };
}

/** One without the hosts on which someone accepted it; null where none is left. */
export function withoutAccepted(
  one: PlacedExposure,
  acceptances: readonly StoredExposureAcceptance[],
): PlacedExposure | null {
  const hosts = one.hosts.filter(
    ({ host }) => !acceptances.some((acceptance) => accepts(acceptance, { ...one, host })),
  );
  return hosts.length === 0 ? null : { ...one, hosts };
}

interface PlacedPackage {
  vulnerability: string;
  package: Pick<PlacedExposure['package'], 'name' | 'sourceName' | 'version'>;
  alsoNamed?: readonly string[];
  host: string;
}

/** True where an acceptance holds for a package of a host: by either of its names, in the versions that it names, and no others. */
export function accepts(
  acceptance: StoredExposureAcceptance,
  { vulnerability, package: found, alsoNamed = [], host }: PlacedPackage,
): boolean {
  const { scope, package: name, versions, state, acceptedAs } = acceptance;
  return (
    state === 'in-force' &&
    [acceptance.vulnerability, acceptedAs].includes(vulnerability) &&
    (scope === '*' || scope === host) &&
    [found.name, found.sourceName, ...alsoNamed].includes(name) &&
    versions.includes(found.version)
  );
}
