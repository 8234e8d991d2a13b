import type { Reading } from '../shared/reading.ts';
import type { AdvisoryRecord } from './advisory.ts';
import type {
  AskedInventory,
  FeedCoverage,
  ImageVerdict,
  JudgedPackage,
} from './asked-inventory.ts';
import {
  type AboutBeside,
  aboutBeside,
  mayBeElsewhere,
  namedAsPort,
  namedWithoutRelease,
  notLookedFor,
  unmatchedPrograms,
} from './beside-packages.ts';
import { ofFreshest, withAge } from './feed-words.ts';
import { copyText, type InstalledPackage } from './installed.ts';
import { verdictsOf } from './judge-named.ts';
import { judgeNear } from './near-modules.ts';
import {
  indexRecords,
  isMatched,
  type NamedPackage,
  type RecordIndex,
  recordOf,
} from './record-index.ts';
import { wordOfUpstream } from './upstream-word.ts';
import { byWorst, isAffected, isByStatement, unknown, type Verdict } from './verdict.ts';
import { type StatementsHere, withStatement, withWordOnImage } from './vex-index.ts';

/** What statements (VEX) say of the vulnerability, in this image. */
export interface AskedStatements {
  /** Names of the vulnerability. */
  ids: readonly string[];
  here: StatementsHere;
}

/** Records of one vulnerability, with what all images are asked by. */
export interface PreparedRecords {
  records: readonly AdvisoryRecord[];
  index: RecordIndex;
  about: AboutBeside;
}

/** Looks at records once for all images. */
export const prepareRecords = (records: readonly AdvisoryRecord[]): PreparedRecords => ({
  records,
  index: indexRecords(records),
  about: aboutBeside(records),
});

/**
 * Whether an image is affected by one vulnerability. `prepared` are all records that feeds have of it, under
 * all of its ids. Silence is `unknown` and says why; "no" takes a record for the image’s own release, or
 * somebody’s statement, which is named.
 */
export function matchVulnerability(
  asked: AskedInventory,
  prepared: PreparedRecords,
  feeds: readonly FeedCoverage[],
  statements: AskedStatements | null = null,
): ImageVerdict {
  const found = withListed(asked, prepared, feeds, statements);
  if (statements === null) return found;
  return { ...found, worst: withWordOnImage(found.worst, statements.here, statements.ids) };
}

/**
 * What others list counts for packages that nobody here read. Whoever made a list may have left things out, so
 * that without a package that is affected it is not known.
 */
function withListed(
  asked: AskedInventory,
  prepared: PreparedRecords,
  feeds: readonly FeedCoverage[],
  statements: AskedStatements | null,
): ImageVerdict {
  const own = matchRecords(asked, prepared, feeds, statements);
  if (asked.listed === undefined) return own;
  const { by, packages } = asked.listed;
  const judged = judgeAll(
    packages.filter((one) => isUnread(asked, one)),
    prepared,
    feeds,
    statements,
  );
  const isKnown = asked.packages.state === 'read' && asked.whole !== null;
  if (isKnown || judged.length === 0) {
    return own.worst.state === 'unknown' && own.worst.reason === 'not-inventoried'
      ? { ...own, worst: unknown('only-listed', by) }
      : own;
  }
  const all = [...own.packages, ...judged].sort((a, b) => byWorst(a.verdict, b.verdict));
  const affected = judged.find(({ verdict }) => isAffected(verdict.state));
  const isOwnWorse = isAffected(own.worst.state) || affected === undefined;
  const left = own.worst.state === 'unknown' && own.worst.reason === 'not-inventoried';
  const ownWorst = left ? unknown('only-listed', by) : own.worst;
  return { worst: isOwnWorse ? ownWorst : affected.verdict, packages: all };
}

/** True for a package of a kind that nobody read here. */
export const isUnread = (
  { ecosystem, packages, whole }: Pick<AskedInventory, 'ecosystem' | 'packages' | 'whole'>,
  { found }: InstalledPackage,
): boolean =>
  packages.state === 'unread' || (found ? whole === null : ecosystem.state === 'unread');

function matchRecords(
  { ecosystem, packages, whole, endedOn }: AskedInventory,
  prepared: PreparedRecords,
  feeds: readonly FeedCoverage[],
  statements: AskedStatements | null,
): ImageVerdict {
  const { records, about } = prepared;
  if (packages.state === 'unread') {
    return { worst: unknown('not-inventoried', packages.reason), packages: [] };
  }
  const judged = judgeAll(packages.value, prepared, feeds, statements);
  const unmatched = [
    ...unmatchedPrograms(whole?.programs ?? [], about, judged),
    ...namedWithoutRelease({ packages: packages.value, about, judged }),
    ...namedAsPort({ packages: packages.value, about, judged }),
  ];
  const ofLanguages = records
    .flatMap(({ affected }) => affected)
    .filter(({ nameKind }) => nameKind === 'package');
  const languages = new Set(ofLanguages.map((one) => one.ecosystem));
  const isOfLanguagesAlone = records.every(({ affected }) =>
    affected.every(({ nameKind }) => nameKind === 'package'),
  );
  const unseen = notLookedFor({ about, judged });
  const material = { records, feeds, endedOn, judged, packages: packages.value };
  const ofLanguage = (one: string): Verdict => {
    if (whole === null) return unknown('languages-not-inventoried', one);
    const said = verdictIn(one, { ...material, endedOn: null });
    return unlessUnseen(said, whole.unseenOf(one), wordOfCopies(whole.copies, one, prepared.index));
  };
  const verdicts = [
    ...[...languages].map(ofLanguage),
    ...mayBeElsewhere({ packages: packages.value, whole, about, judged }),
    ...unseen,
    ...(whole?.isWithoutSystem && isOfLanguagesAlone && languages.size + unseen.length > 0
      ? []
      : [unlessUnseen(verdictOfSystem(ecosystem, material), whole?.otherSystem ?? null)]),
    ...unmatched.map(({ verdict }) => verdict),
    // No record need name what a statement does.
    ...judged.flatMap(({ verdict }) => (isByStatement(verdict) ? [verdict] : [])),
  ];
  const [worst = unknown('no-record')] = verdicts.sort(byWorst);
  return {
    worst,
    packages: [
      ...judged.map((one) => ({
        ...one,
        verdict: withAge(withEnd(one.verdict, one.installed.found ? null : endedOn), feeds),
      })),
      ...unmatched,
    ].sort((a, b) => byWorst(a.verdict, b.verdict)),
  };
}

/** A "no" holds only where all was seen that it is about. */
const unlessUnseen = (
  verdict: Verdict,
  unseen: string | null,
  word: Verdict | null = null,
): Verdict => {
  if (!['not-present', 'vendor-says-not-affected'].includes(verdict.state)) return verdict;
  return unseen === null ? (word ?? verdict) : unknown('languages-partly-read', unseen);
};

/** What lies beside what is installed and is not cleared; null where all of it is. */
function wordOfCopies(
  copies: readonly InstalledPackage[] = [],
  ecosystem: string,
  index: RecordIndex,
): Verdict | null {
  for (const copy of copies) {
    if (copy.ecosystem !== ecosystem) continue;
    const verdict = verdictsOf(copy)(index.of(copy));
    if (verdict === undefined || verdict.state === 'vendor-says-not-affected') continue;
    const { record } = verdict;
    return { state: 'unknown', reason: 'copy-beside', record, note: copyText(copy) };
  }
  return null;
}

function verdictOfSystem(ecosystem: Reading<string>, material: Material): Verdict {
  return ecosystem.state === 'read'
    ? verdictIn(ecosystem.value, material)
    : unknown('release-unknown', ecosystem.reason);
}

interface Material {
  records: readonly AdvisoryRecord[];
  feeds: readonly FeedCoverage[];
  endedOn: string | null;
  judged: readonly JudgedPackage[];
  packages: readonly InstalledPackage[];
}

/** The verdict on all packages of one ecosystem. */
function verdictIn(ecosystem: string, material: Material): Verdict {
  const { records, feeds, endedOn, judged, packages } = material;
  const covering = feeds.filter((feed) => feed.ecosystem === ecosystem);
  const upstream = () => wordOfUpstream(ecosystem, packages, records);
  if (covering.length === 0) return upstream() ?? unknown('not-covered', ecosystem);
  const named = namedIn(ecosystem, records);
  const [standing] = named.filter(({ advisory }) => isMatched(advisory));
  if (standing === undefined) {
    if (named.some(({ advisory }) => advisory.withdrawn !== null)) return unknown('withdrawn');
    const word = upstream();
    if (word !== undefined) return word;
    if (endedOn !== null) return unknown('end-of-life', endNote(ecosystem, endedOn));
    return unknown(
      covering.every(({ isStale }) => isStale) ? 'feed-stale' : 'no-record',
      ecosystem,
    );
  }
  const [worst] = judged.filter(({ installed }) => installed.ecosystem === ecosystem);
  // Of what its own record leaves out it may still be affected.
  const verdict: Verdict = worst?.verdict ??
    upstream() ?? {
      state: 'not-present',
      record: recordOf(standing.advisory, standing.affected, 'name'),
    };
  return withAge(withEnd(verdict, endedOn), feeds);
}

/**
 * Of a release that gets no fixes nobody looks any more whether something affects it: a "no" of it is none. A
 * version that was repaired stays repaired.
 */
function withEnd(verdict: Verdict, endedOn: string | null): Verdict {
  const isNo =
    verdict.state === 'not-present' ||
    (verdict.state === 'vendor-says-not-affected' && verdict.because !== 'fixed');
  // What somebody says of a version stands whoever keeps its release.
  if (endedOn === null || !isNo || isByStatement(verdict)) return verdict;
  const { record } = verdict;
  const note = endNote(record.ecosystem, endedOn);
  return { state: 'unknown', reason: 'end-of-life', record, note };
}

const endNote = (ecosystem: string, endedOn: string): string => `${ecosystem} ended on ${endedOn}`;

const namedIn = (
  ecosystem: string,
  records: readonly AdvisoryRecord[],
): Pick<NamedPackage, 'advisory' | 'affected'>[] =>
  records.flatMap(({ advisory, affected }) =>
    affected
      .filter((one) => one.ecosystem === ecosystem)
      .map((one) => ({ advisory, affected: one })),
  );

/** The verdict on each package that a record or a statement names, the worst first. */
function judgeAll(
  packages: readonly InstalledPackage[],
  { records, index }: PreparedRecords,
  feeds: readonly FeedCoverage[],
  statements: AskedStatements | null,
): JudgedPackage[] {
  const isStale = (own: string) => feeds.some((one) => one.source === own && one.isStale);
  const near = new Map(
    judgeNear(packages, records).map(({ installed, verdict }) => [installed, verdict]),
  );
  return packages
    .flatMap((installed) => {
      const ofRecords =
        ofFreshest(verdictsOf(installed), index.of(installed), isStale) ?? near.get(installed);
      const said = statements?.here.about(statements.ids, installed) ?? null;
      const verdict = withStatement(ofRecords, said, installed.ecosystem);
      return verdict === undefined ? [] : [{ installed, verdict }];
    })
    .sort((a, b) => byWorst(a.verdict, b.verdict));
}
