import type { AnswerBase } from '../answers/answer-base.ts';
import type { UnmatchedReason, UnmatchedStatements } from '../answers/exposure-answer.ts';
import { isOfOneRecord } from '../exposure/feed-covers.ts';
import { isOfStatements } from '../exposure/vex-statement.ts';
import type { FeedState } from '../ports/feed-store.ts';
import type { FeedOutcome } from '../ports/feed-sync.ts';
import { ageBetween, clamp, counted, listed } from '../shared/text.ts';
import {
  heading,
  list,
  note,
  type Parts,
  paragraph,
  strong,
  table,
  type View,
} from './document.ts';

export interface FeedsAnswer extends AnswerBase {
  kind: 'feeds';
  feeds: (FeedState & { isStale: boolean })[];
  /** What statements (VEX) say of here; null where no document of them was taken. */
  statements: UnmatchedStatements | null;
  /** Sources that this line took; null where it took none. */
  taken: string[] | null;
  /** Feeds of a folder that this line could not take, and what to do. */
  notTaken: { source: string; reason: string; hint: string }[];
  /** What came of each feed that this line fetched; null where it fetched none. */
  fetched: FeedOutcome[] | null;
  /** What this line took back; null where it took nothing back. */
  forgotten: { source: string; records: number } | null;
  /** Records of what it took from files that have another shape than they should, the first few. */
  refused: { count: number; reasons: string[] };
}

/** What came of a feed, in words. */
export const outcomeWords = {
  taken: 'taken whole',
  changed: 'changed',
  unchanged: 'unchanged',
  failed: 'failed',
  busy: 'being fetched by another process',
  unfinished: 'still being fetched',
} as const satisfies Record<FeedOutcome['outcome'], string>;

function fetchedSentence(fetched: readonly FeedOutcome[]): string {
  if (fetched.length === 0)
    return 'No feed is fetched: the settings name none that fits what is here';
  const parts = Object.entries(outcomeWords).flatMap(([outcome, word]) => {
    const sources = fetched.filter((one) => one.outcome === outcome).map(({ source }) => source);
    return sources.length === 0 ? [] : [`${word}: ${listed(sources, 4)}`];
  });
  const failed = fetched.filter(({ outcome }) => outcome === 'failed').length;
  const done = failed === 0 ? '' : `${fetched.length - failed} of `;
  return `Fetched ${done}${counted(fetched.length, 'feed')}; ${parts.join('; ')}`;
}

const forgottenSentence = ({ source, records }: NonNullable<FeedsAnswer['forgotten']>): string =>
  `Forgot ${source}: its ${counted(records, isOfStatements({ source }) ? 'statement' : 'record')} ${records === 1 ? 'counts' : 'count'} no more`;

function refusedText(notTaken: FeedsAnswer['notTaken']): string {
  const sources = notTaken.map(({ source }) => source);
  return sources.length === 0 ? '' : `; not taken: ${listed(sources, 4)}`;
}

/** What this line did, or else how old the feeds of records (`all`) are. */
function headlineOf(answer: FeedsAnswer, all: FeedsAnswer['feeds']): string {
  const { taken, notTaken, fetched, forgotten } = answer;
  if (forgotten !== null) return forgottenSentence(forgotten);
  if (fetched !== null) return fetchedSentence(fetched);
  if (taken !== null) {
    return `Took ${counted(taken.length, 'feed')}: ${listed(taken)}${refusedText(notTaken)}`;
  }
  if (all.length === 0) return 'No advisory feed was imported yet';
  const stale = all.filter(({ isStale }) => isStale).length;
  return `${counted(all.length, 'feed')}, ${stale === 0 ? 'none of them too old' : `${stale} too old to say “no”`}`;
}

/** How a reason ends that is about the way to a publisher: with a code of the system, or silence, as of a firewall. */
const NOT_REACHED = /\(E[A-Z_]+\)$|: nothing came for [\d.]+ s$/;

/** How old what is known of vulnerabilities is. */
export const feeds: View<FeedsAnswer> = (answer) => {
  const { taken, notTaken, fetched, refused, takenAt } = answer;
  const all = answer.feeds.filter((feed) => !isOfStatements(feed));
  const documents = answer.feeds.filter((feed) => isOfStatements(feed));
  const headline = headlineOf(answer, all);
  const failed = answer.feeds.filter(({ failure }) => failure !== null);
  const old = all
    .filter(({ source, isStale }) => isStale && taken?.includes(source) === true)
    .map(({ source }) => source);
  const parts = all
    .filter((feed) => feed.isPart && !isOfOneRecord(feed))
    .map(({ source }) => source);
  return {
    headline,
    summary: [
      heading(headline),
      all.length === 0 &&
        paragraph(
          'Without one it is unknown who is affected by a vulnerability: fetch them with feeds sync, or from files with seawall feeds import <file|folder>.',
        ),
      ...table(
        ['feed', 'newest record', 'taken', 'records', 'speaks of'],
        all.map(({ source, asOf, loadedAt, records, ecosystems, isStale }) => [
          source,
          `${asOf === null ? 'no date' : ageBetween(asOf, takenAt)}${isStale && loadedAt !== null ? ', too old to say “no”' : ''}`,
          loadedAt === null ? 'never' : ageBetween(loadedAt, takenAt),
          records.toLocaleString('en-US'),
          listed(ecosystems, 4) || '–',
        ]),
      ),
      parts.length > 0 &&
        note(
          `Maybe a part of what their publishers have: ${listed(parts, 4)}. A record that is missing from them proves nothing. Of a file as its publisher has it (OSV’s all.zip, Debian’s tracker) seawall feeds import <file> --whole says that it is all.`,
        ),
      old.length > 0 &&
        note(
          `Too old to say “no” by their newest records: ${listed(old, 4)}. If their publishers had nothing newer when the files were fetched, seawall feeds import <file> --fetched <date> says so.`,
        ),
      ...statementParts(answer.statements, documents, takenAt),
      ...list(
        failed.map(({ source, loadedAt, failure }) => [
          `${source} was not taken ${ageBetween(failure?.at ?? takenAt, takenAt)}, ${loadedAt === null ? 'and none of it is here' : 'what was there stays'}: ${failure?.reason ?? ''}`,
        ]),
      ),
      fetched !== null &&
        fetched.length > 0 &&
        fetched.every(({ reason }) => NOT_REACHED.test(reason ?? '')) &&
        note(
          'If Seawall may not call out: name a proxy in HTTPS_PROXY or mirrors under feeds.sources, or take files with seawall feeds import <file|folder>.',
        ),
      ...(fetched ?? []).map(
        ({ source, refused: { count, reasons } }) =>
          count > 0 &&
          note(`${source}: ${counted(count, 'record')} could not be read: ${listed(reasons, 3)}`),
      ),
      ...[...new Set(notTaken.map(({ hint }) => hint))].map((hint) => hint && note(hint)),
      refused.count > 0 &&
        note(
          `${counted(refused.count, 'record')} could not be read: ${listed(refused.reasons, 3)}`,
        ),
    ],
  };
};

const reasonWords: Readonly<Record<UnmatchedReason, string>> = {
  'unknown-vulnerability': 'no feed knows the vulnerability',
  'fixed-of-all': 'it says fixed, and names no version',
  'version-differs': 'another version is here',
  'architecture-differs': 'it is here for another architecture',
  'release-differs': 'it is here in another release',
  'release-not-understood': 'the release that it names is not understood',
  'other-package': 'no inventory has such a package',
  'image-not-inventoried': 'the image is here, and its packages are not known',
  'no-image': 'no such image is here',
  'image-unclear': 'it names an image without registry and digest',
  'part-of-package': 'it is about a part of a package that Seawall does not see separately',
  'not-understood': 'it names neither a package by its URL nor an image',
};

const STATEMENTS_SHOWN = 20;
const DOCUMENTS_SHOWN = 10;

/** How many statements say something of here, and which say nothing, each with the reason. */
function statementParts(
  statements: UnmatchedStatements | null,
  documents: FeedsAnswer['feeds'],
  takenAt: string,
): Parts {
  if (statements === null) return [];
  const { total, looked, matched, superseded, unmatched, reasons, shown } = statements;
  const counts = [
    `${matched} about what is here`,
    `${unmatched} about nothing here`,
    ...(superseded > 0 ? [`${superseded} superseded by their author`] : []),
    ...(looked < total ? [`${total - looked} not looked for`] : []),
  ];
  const whys = Object.entries(reasonWords).flatMap(([reason, words]) => {
    const count = reasons[reason as UnmatchedReason] ?? 0;
    return count === 0 ? [] : [`${words} (${count})`];
  });
  const some = shown.slice(0, STATEMENTS_SHOWN);
  const listedFirst = documents.slice(0, DOCUMENTS_SHOWN);
  return [
    paragraph(
      strong('Statements (VEX): '),
      `${counted(total, 'statement')} of ${counted(documents.length, 'document')}: ${counts.join(', ')}`,
    ),
    ...table(
      ['document', 'dated', 'taken', 'statements'],
      listedFirst.map(({ source, asOf, loadedAt, records }) => [
        clamp(source, 200),
        asOf === null ? 'no date' : ageBetween(asOf, takenAt),
        loadedAt === null ? 'never' : ageBetween(loadedAt, takenAt),
        records.toLocaleString('en-US'),
      ]),
    ),
    documents.length > listedFirst.length &&
      note(`And ${documents.length - listedFirst.length} documents more.`),
    whys.length > 0 && note(`Matched nothing: ${whys.join('; ')}.`),
    ...table(
      ['vulnerability', 'says', 'of', 'author', 'when', 'matched nothing, since'],
      some.map(({ vulnerability, status, product, products, author, at, reason }) => [
        vulnerability,
        status,
        `${clamp(product, 120)}${products > 1 ? ` and ${products - 1} more` : ''}`,
        clamp(author, 60),
        ageBetween(at, takenAt),
        reasonWords[reason],
      ]),
    ),
    unmatched > some.length && note(`And ${unmatched - some.length} more that matched nothing.`),
  ];
}
