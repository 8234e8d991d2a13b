import type { AskedExposure, ExposureAnswer, ExposureResult } from '../answers/exposure-answer.ts';
import type { AdvisoryRecord } from '../exposure/advisory.ts';
import type { ExposedStore, StoredExposureAcceptance } from '../ports/exposed-store.ts';
import type { Stores } from '../ports/stores.ts';
import { accepts } from './exposed-news.ts';
import { byVersion, packagesAsked } from './exposure-question.ts';
import { withAges } from './feed-ages.ts';
import { byRecords, coverageOf, findExposure, packagesNamed } from './find-exposure.ts';

/** Who is, and who was, exposed. */
export type ExposureFacts = Pick<
  ExposureAnswer,
  'asked' | 'known' | 'results' | 'unknown' | 'running' | 'stopped' | 'gone' | 'images' | 'feeds'
>;

/** Finds who of these hosts is exposed to what is asked, since a time (epoch milliseconds), with the records that say so. */
export async function exposureOf(
  parts: Pick<Stores, 'feeds' | 'exposures' | 'filesystems'> & {
    feedsStaleAfterMs: number;
    exposed: Pick<ExposedStore, 'listAcceptances'>;
  },
  question: AskedExposure,
  { hosts, since, at }: { hosts: readonly string[]; since: number; at: number },
): Promise<ExposureFacts & { records: AdvisoryRecord[] }> {
  const { feeds, exposed, feedsStaleAfterMs: staleAfterMs } = parts;
  const known = withAges(await feeds.list(), { now: at, staleAfterMs });
  const records = question.kind === 'vulnerability' ? await feeds.recordsOf(question.id) : [];
  const ids = records.flatMap(({ advisory }) => [advisory.id, ...advisory.aliases]);
  const isVulnerability = question.kind === 'vulnerability';
  const exploitation = await feeds.knownOf(isVulnerability ? [question.id, ...ids] : []);
  const packages = isVulnerability ? packagesNamed(records) : packagesAsked(question.name);
  const judge = isVulnerability ? byRecords(records, coverageOf(known), at) : byVersion(question);
  const found = await findExposure(parts, { hosts, since, packages }, judge);
  const severities = records.flatMap(({ advisory }) => advisory.severities);
  return {
    records,
    asked: isVulnerability
      ? {
          ...question,
          summary: records.find(({ advisory }) => advisory.summary)?.advisory.summary ?? '',
        }
      : question,
    known: {
      exploited: exploitation.exploited,
      epss: exploitation.prediction,
      cvss: [...new Set(severities.map(({ score }) => score))],
    },
    ...found,
    results: isVulnerability
      ? withAcceptances(found.results, question.id, await exposed.listAcceptances())
      : found.results,
    feeds: known.map(({ source, asOf, isStale }) => ({ source, asOf, isStale })),
  };
}

const withAcceptances = (
  results: readonly ExposureResult[],
  vulnerability: string,
  acceptances: readonly StoredExposureAcceptance[],
): ExposureResult[] =>
  results.map((result) => {
    const { package: found, host } = result;
    if (found === null) return result;
    const named = { ...found, sourceName: found.source };
    const accepted = acceptances.find((one) =>
      accepts(one, { vulnerability, package: named, host }),
    );
    if (accepted === undefined) return result;
    const { by, until, reason } = accepted;
    return { ...result, accepted: { by, until, reason } };
  });
