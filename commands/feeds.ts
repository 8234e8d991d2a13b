import { type CommandContext, type CommandRequest, defineCommand } from '../src/command/command.ts';
import { SWITCH } from '../src/command/parse-flags.ts';
import { parseMoment } from '../src/command/parse-since.ts';
import { isSingle } from '../src/exposure/feed-covers.ts';
import { STATEMENTS_OF } from '../src/exposure/vex-statement.ts';
import { withAges } from '../src/inspections/feed-ages.ts';
import type { FeedOutcome } from '../src/ports/feed-sync.ts';
import { UserError } from '../src/shared/errors.ts';
import { listed, quoteWord, visible } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import type { FeedsAnswer } from '../src/views/feeds.ts';

const REASONS_SHOWN = 5;
const NAMES_SHOWN = 5;

export const feeds = defineCommand({
  name: 'feeds',
  task: 'act',
  topic: 'software',
  summary: 'Show how old the vulnerability data is, update it, or take back a document',
  usage:
    'feeds [sync|import <file|folder> [--whole] [--shrunk] [--fetched <date>]] | feeds forget <document>',
  examples: [
    ...['feeds', 'feeds sync', 'feeds import ./feeds/Debian.zip --whole'],
    ...['feeds import ./CRAN.zip --whole --fetched 2026-11-20', 'feeds import ./acme.openvex.json'],
    'feeds forget https://acme.example/vex/1',
  ],
  permission: { '': 'view', sync: 'approve', import: 'approve', forget: 'approve' },
  privateWords: [''],
  words: { minimum: 0, maximum: 2 },
  flags: { whole: SWITCH, shrunk: SWITCH, fetched: 'date' },
  takesHost: false,
  async run(context, request): Promise<FeedsAnswer> {
    const {
      words: [verb, word],
      flags,
    } = request;
    if (Object.keys(flags).length > 0 && verb !== 'import') {
      throw new UserError('Only “feeds import” takes --whole, --shrunk and --fetched.', {
        hint: feeds.usage,
      });
    }
    if (verb === undefined) return answer(context, {});
    if (verb === 'sync' && word === undefined) {
      return answer(context, { fetched: await context.feedSync.run({ isForced: true }) });
    }
    if (verb === 'import' && word !== undefined) return importFeeds(context, word, flags);
    if (verb === 'forget' && word !== undefined) return forgetFeed(context, request, word);
    throw new UserError(
      '“feeds” knows “sync”, “import” with a file or a folder, and “forget” with a document.',
      { hint: feeds.usage },
    );
  },
});

async function importFeeds(
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
  for await (const load of context.feedFiles.open(path, (reason) => refused.push(reason))) {
    try {
      await context.feeds.replace({
        ...{ ...load, mayShrink, fetchedAt },
        ...(isWhole && { isPart: false }),
      });
      taken.push(load.source);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failed.push({ source: load.source, error });
    }
  }
  // Of a folder one that is older than what is there stops no other.
  const [first] = failed;
  if (first !== undefined && taken.length === 0) throw first.error;
  const notTaken = failed.map(({ source, error: { message, hint = '' } }) => ({
    ...{ source, reason: message, hint },
  }));
  return answer(context, { taken, notTaken, refused });
}

/** Takes back what somebody imported by itself. Whoever sees some hosts alone does not: it counts for all of them. */
async function forgetFeed(
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
  return answer(context, { forgotten: { source: feed.source, records: feed.records } });
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

async function answer(
  context: CommandContext,
  {
    taken = null,
    notTaken = [],
    fetched = null,
    forgotten = null,
    refused = [],
  }: {
    taken?: string[] | null;
    notTaken?: FeedsAnswer['notTaken'];
    fetched?: FeedOutcome[] | null;
    forgotten?: FeedsAnswer['forgotten'];
    refused?: readonly string[];
  },
): Promise<FeedsAnswer> {
  const { feeds: store, feedsStaleAfterMs: staleAfterMs, now, hosts } = context;
  const at = now();
  const { unmatchedStatements } = await import('../src/inspections/unmatched-statements.ts');
  const there = await store.list();
  const single = there.filter((feed) => taken?.includes(feed.source) && isSingle(feed));
  const undo = single.slice(0, 1).map(({ source }) => `feeds forget ${quoteWord(source)}`);
  return {
    kind: 'feeds',
    takenAt: isoTime(at),
    feeds: withAges(there, { now: at, staleAfterMs }),
    statements: await unmatchedStatements(context, { hosts: hosts.map(({ name }) => name), at }),
    taken,
    notTaken,
    fetched,
    forgotten,
    refused: { count: refused.length, reasons: refused.slice(0, REASONS_SHOWN) },
    next: [...undo, 'exposure CVE-2024-3094', 'surface'],
  };
}
