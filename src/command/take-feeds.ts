import type { FeedProgressAnswer } from '../answers/feed-progress.ts';
import { isSingle } from '../exposure/feed-covers.ts';
import { STATEMENTS_OF } from '../exposure/vex-statement.ts';
import { withAges } from '../inspections/feed-ages.ts';
import { unmatchedStatements } from '../inspections/unmatched-statements.ts';
import { worstVulnerability } from '../inspections/worst-vulnerability.ts';
import type { FeedProgress } from '../ports/feed-sync.ts';
import { UserError } from '../shared/errors.ts';
import { listed, quoteWord, visible } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import type { FeedsAnswer } from '../views/feeds.ts';
import type { CommandContext, CommandRequest } from './command.ts';
import { parseMoment } from './parse-since.ts';

const REASONS_SHOWN = 5;
const NAMES_SHOWN = 5;
const TOLD_EVERY = 1_000;

/** How old what is known of vulnerabilities is, with what a line just did. */
export async function answerFeeds(
  context: CommandContext,
  {
    taken = null,
    notTaken = [],
    fetched = null,
    forgotten = null,
    refused = [],
  }: Partial<Pick<FeedsAnswer, 'taken' | 'notTaken' | 'fetched' | 'forgotten'>> & {
    refused?: readonly string[];
  } = {},
): Promise<FeedsAnswer> {
  const { feeds: store, feedsStaleAfterMs: staleAfterMs, now, hosts } = context;
  const at = now();
  const names = hosts.map(({ name }) => name);
  const there = await store.list();
  const single = there.filter((feed) => taken?.includes(feed.source) && isSingle(feed));
  const isNew = taken !== null || fetched !== null;
  const worst = isNew ? await worstVulnerability(context, names) : null;
  const undo = single.slice(0, 1).map(({ source }) => `feeds forget ${quoteWord(source)}`);
  return {
    kind: 'feeds',
    takenAt: isoTime(at),
    feeds: withAges(there, { now: at, staleAfterMs }),
    statements: await unmatchedStatements(context, { hosts: names, at }),
    taken,
    notTaken,
    fetched,
    forgotten,
    refused: { count: refused.length, reasons: refused.slice(0, REASONS_SHOWN) },
    next: [...undo, ...(worst === null ? [] : [`exposure ${worst}`]), 'surface', 'findings'],
  };
}

/** Fetches all feeds of the settings now. Rejects with `OutsideError` where the database cannot be used. */
export async function fetchFeeds(context: CommandContext): Promise<FeedsAnswer> {
  const onProgress = progressTo(context, 'publishers');
  return answerFeeds(context, {
    fetched: await context.feedSync.run({ isForced: true, onProgress }),
  });
}

/**
 * Takes the feeds of a file or a folder of this machine. Rejects with `UserError` where there is none to be taken, and
 * where nobody has files, as in chat.
 */
export async function importFeeds(
  context: CommandContext,
  path: string,
  flags: CommandRequest['flags'],
): Promise<FeedsAnswer> {
  const isWhole = flags.whole !== undefined;
  const mayShrink = flags.shrunk !== undefined;
  const fetchedAt = fetchedTime(flags.fetched, context.now());
  if (context.feedFiles === null) {
    throw new UserError('Files can only be imported on the machine that has them.', {
      hint: 'Run `seawall feeds import <file>` in a terminal there.',
    });
  }
  const taken: string[] = [];
  const refused: string[] = [];
  const failed: { source: string; error: UserError }[] = [];
  const progress: FeedProgress[] = [];
  const tell = progressTo(context, 'files');
  for await (const load of context.feedFiles.open(path, (reason) => refused.push(reason))) {
    const { source } = load;
    const step: FeedProgress = { source, outcome: null, records: 0 };
    progress.push(step);
    const rows = counting(load.rows, (records) => {
      step.records = records;
      tell(progress);
    });
    try {
      await context.feeds.replace({
        ...{ ...load, rows, mayShrink, fetchedAt },
        ...(isWhole && { isPart: false }),
      });
      taken.push(source);
      step.outcome = 'taken';
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failed.push({ source, error });
      step.outcome = 'failed';
    }
  }
  // Of a folder one that is older than what is there stops no other.
  const [first] = failed;
  if (first !== undefined && taken.length === 0) throw first.error;
  const notTaken = failed.map(({ source, error: { message, hint = '' } }) => ({
    ...{ source, reason: message, hint },
  }));
  return answerFeeds(context, { taken, notTaken, refused });
}

/** How far it is, to whoever asked. */
const progressTo =
  ({ onProgress, now }: CommandContext, from: FeedProgressAnswer['from']) =>
  (feeds: readonly FeedProgress[]): void =>
    onProgress({
      ...{ kind: 'feed-progress', takenAt: isoTime(now()), next: [], from },
      feeds: feeds.map((feed) => ({ ...feed })),
    });

/** The same rows; `tell` hears the number of those that were read, with the first and then with each thousand. */
async function* counting<T>(
  rows: AsyncIterable<T>,
  tell: (count: number) => void,
): AsyncGenerator<T> {
  let count = 0;
  for await (const row of rows) {
    if (count % TOLD_EVERY === 0) tell(count);
    count += 1;
    yield row;
  }
}

/**
 * Takes back what somebody imported by itself. Rejects with `UserError` for any other feed, and where a channel limits what
 * may be asked: it counts on all hosts.
 */
export async function forgetFeed(
  context: CommandContext,
  { isLimited }: CommandRequest,
  word: string,
): Promise<FeedsAnswer> {
  if (isLimited) {
    throw new UserError('Documents are forgotten where no channel limits what may be asked.', {
      hint: 'They count on other hosts too.',
    });
  }
  const all = await context.feeds.list();
  const names = [word, `${STATEMENTS_OF}${word}`];
  const feed = all.find(({ source }) => names.includes(source));
  if (feed === undefined || !isSingle(feed)) {
    const known = all.filter(isSingle).map(({ source }) => quoteWord(source));
    throw new UserError(
      feed === undefined
        ? `No feed is called “${visible(word)}”.`
        : `${feed.source} is its publisher’s: what that has next takes its place, and nothing else does.`,
      {
        hint:
          known.length === 0
            ? 'Documents of statements and single records can be forgotten, and none is there.'
            : `These can be forgotten: ${listed(known, NAMES_SHOWN)}.`,
      },
    );
  }
  await context.feeds.forget(feed.source);
  return answerFeeds(context, { forgotten: { source: feed.source, records: feed.records } });
}

/** The beginning of the day (UTC), or the moment, at which somebody fetched what is imported. */
function fetchedTime(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined;
  const at = parseMoment(text.toLowerCase());
  if (at !== null && at <= now) return isoTime(at);
  throw new UserError(
    at === null ? `“${text}” is no date.` : `“${text}” is not over yet: nobody fetched it then.`,
    { hint: 'For example: --fetched 2026-11-20' },
  );
}
