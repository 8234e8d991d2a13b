import type { AskedExposure, ExposureAnswer, ExposureResult } from '../answers/exposure-answer.ts';
import {
  type Advisory,
  type AdvisoryRecord,
  otherNames,
  severitiesIn,
} from '../exposure/advisory.ts';
import { toldAs } from '../exposure/linked-vulnerabilities.ts';
import { programsCalled } from '../exposure/programs.ts';
import { indexStatements } from '../exposure/vex-index.ts';
import { isOfStatements } from '../exposure/vex-statement.ts';
import type { ExposedStore, StoredExposureAcceptance } from '../ports/exposed-store.ts';
import type { AskedPackages, ExposureStore } from '../ports/exposure-store.ts';
import type { Stores } from '../ports/stores.ts';
import { accepts } from './exposed-news.ts';
import { byVersion } from './exposure-question.ts';
import type { ResultsPart, WantedResults } from './exposure-results.ts';
import { toldAges, withAges } from './feed-ages.ts';
import { findExposure } from './find-exposure.ts';
import { byRecords, coverageOf, packagesNamed } from './judge-held.ts';
import { imageNamesOn } from './named-images.ts';

/** Who is, and who was, exposed. */
export type ExposureFacts = Pick<
  ExposureAnswer,
  | 'asked'
  | 'known'
  | 'results'
  | 'unknown'
  | 'running'
  | 'stopped'
  | 'gone'
  | 'changed'
  | 'images'
  | 'asMade'
  | 'feeds'
  | 'statements'
>;

export type ExposureOfParts = Pick<
  Stores,
  'feeds' | 'exposures' | 'filesystems' | 'images' | 'imageLists'
> & { feedsStaleAfterMs: number; exposed: Pick<ExposedStore, 'listAcceptedAs'> };

/** Of which hosts, since and at which time (epoch milliseconds), and which results; all when left out. */
export interface AskedFor {
  hosts: readonly string[];
  since: number;
  at: number;
  wanted?: WantedResults | null;
}

/** Who is exposed, with the records that say so. */
export interface FoundFacts {
  facts: ExposureFacts;
  records: AdvisoryRecord[];
  /** Where the results stand among all, and the first of all. */
  place: Omit<ResultsPart, 'results'>;
}

/** Finds who of these hosts is exposed to what is asked, since a time (epoch milliseconds), with the records that say so. */
export async function exposureOf(
  parts: ExposureOfParts,
  question: AskedExposure,
  asked: AskedFor,
): Promise<FoundFacts> {
  const { hosts, since, at, wanted = null } = asked;
  const { feeds, exposed, feedsStaleAfterMs: staleAfterMs } = parts;
  const known = withAges(await feeds.list(), { now: at, staleAfterMs });
  const isVulnerability = question.kind === 'vulnerability';
  const records = isVulnerability ? await feeds.recordsOf(question.id) : [];
  const advisories = records.map(({ advisory }) => advisory);
  const ids = isVulnerability ? [question.id, ...otherNames(advisories)] : [];
  const told = isVulnerability ? toldAs(question.id, advisories) : [];
  const called = told.length === 1 ? [...ids, ...told] : ids;
  const acceptedAs = [...new Set(called.map((name) => name.toUpperCase()))];
  const statements = await feeds.statementsOf(ids);
  const said = indexStatements(statements);
  const exploitation = await feeds.knownOf(ids);
  const packages = isVulnerability
    ? packagesNamed(records, said.products(ids))
    : await withOthers(parts.exposures, question.name);
  const judge = isVulnerability
    ? byRecords(
        records,
        coverageOf(known),
        (image) => (statements.length === 0 ? null : { ids, here: said.of(image) }),
        at,
      )
    : byVersion(question);
  const names = said.namesImages ? await imageNamesOn(parts, hosts) : null;
  const found = await findExposure(parts, { hosts, since, packages, names, wanted }, judge);
  const {
    part: { results, ...place },
    ...others
  } = found;
  const facts: ExposureFacts = {
    asked: isVulnerability
      ? {
          ...question,
          summary: records.find(({ advisory }) => advisory.summary)?.advisory.summary ?? '',
        }
      : question,
    known: {
      exploited: exploitation.exploited,
      epss: exploitation.prediction,
      ...(await severityIn(advisories)),
    },
    ...others,
    results: isVulnerability
      ? withAcceptances(results, await exposed.listAcceptedAs(acceptedAs))
      : results,
    statements: statements.map(({ products, ...one }) => {
      const { author, at, status, justification, note, document } = one;
      return { author, at, status, justification, note, document, products: products.length };
    }),
    feeds: toldAges(known),
  };
  return { facts, records, place };
}

/**
 * What is called so, with the programs that distributions call so (`node` for `nodejs`, `httpd` for `apache2`), and what may
 * be meant where nothing is.
 */
async function withOthers(
  exposures: Pick<ExposureStore, 'findNames' | 'findNear'>,
  name: string,
): Promise<AskedPackages> {
  const called = await exposures.findNames(name);
  const near = await exposures.findNear(name);
  const programs = programsCalled(name.toLowerCase());
  return {
    ...called,
    names: [...called.names, ...near.names],
    components: [...called.components, ...programs, ...near.components],
  };
}

/** What knows the formulas is loaded by the first record that has a vector. */
async function severityIn(
  advisories: readonly Advisory[],
): Promise<Pick<ExposureFacts['known'], 'cvss' | 'cvssScore'>> {
  if (advisories.every((one) => one.severities.length === 0)) return { cvss: [], cvssScore: null };
  const { baseScore, worstScore } = await import('../exposure/cvss.ts');
  const severities = severitiesIn(advisories, ({ score }) => baseScore(score) !== null);
  return {
    cvss: [...new Set(severities.map(({ score }) => score))],
    cvssScore: worstScore(severities),
  };
}

const withAcceptances = (
  results: readonly ExposureResult[],
  own: readonly StoredExposureAcceptance[],
): ExposureResult[] => {
  if (own.length === 0) return [...results];
  return results.map((result) => {
    const { package: found, host } = result;
    if (found === null) return result;
    const named = { ...found, sourceName: found.source };
    const accepted = own.find((one) => accepts(one, { ...one, package: named, host }));
    if (accepted === undefined) return result;
    const { by, until, reason } = accepted;
    return { ...result, accepted: { by, until, reason } };
  });
};

/** Statements that are read for this; `exposure` knows what is beyond. */
const STATEMENTS_MAX = 200_000;

/**
 * Those of some vulnerabilities that affect nobody of these hosts, since statements (VEX) on whole images clear them. The
 * match of packages knows nothing of images. Rejects with `OutsideError`.
 */
export async function clearedInImages(
  parts: ExposureOfParts,
  vulnerabilities: Iterable<string>,
  asked: Pick<AskedFor, 'hosts' | 'since' | 'at'>,
): Promise<Set<string>> {
  const cleared = new Set<string>();
  const named = await namedInImages(parts);
  if (named.size === 0) return cleared;
  for (const id of new Set(vulnerabilities)) {
    const records = await parts.feeds.recordsOf(id);
    const names = [id, ...otherNames(records.map(({ advisory }) => advisory))];
    if (!names.some((name) => named.has(name.toUpperCase()))) continue;
    const question = { kind: 'vulnerability' as const, id, summary: '' };
    const { facts } = await exposureOf(parts, question, {
      ...asked,
      wanted: { after: null, limit: 1 },
    });
    const { running, stopped, gone, changed } = facts;
    if ([running, stopped, gone, changed].every(({ affected }) => affected === 0)) cleared.add(id);
  }
  return cleared;
}

/** Vulnerabilities of which a statement says something in a whole image, in capitals. */
async function namedInImages({ feeds }: Pick<ExposureOfParts, 'feeds'>): Promise<Set<string>> {
  if (!(await feeds.list()).some(isOfStatements)) return new Set();
  const { statements } = await feeds.listStatements(STATEMENTS_MAX);
  const ofImages = statements.filter((one) => indexStatements([one]).namesImages);
  return new Set(ofImages.flatMap((one) => one.vulnerabilities.map((id) => id.toUpperCase())));
}
