import { type CommandContext, defineCommand } from '../src/command/command.ts';
import { SWITCH } from '../src/command/parse-flags.ts';
import { parseMoment } from '../src/command/parse-since.ts';
import { withAges } from '../src/inspections/feed-ages.ts';
import type { FeedOutcome } from '../src/ports/feed-sync.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';
import type { FeedsAnswer } from '../src/views/feeds.ts';

const REASONS_SHOWN = 5;

export const feeds = defineCommand({
  name: 'feeds',
  task: 'act',
  topic: 'software',
  summary: 'Show how old the vulnerability data is, and update it',
  usage: 'feeds [sync|import <file|folder> [--whole] [--shrunk] [--fetched <date>]]',
  examples: [
    ...['feeds', 'feeds sync', 'feeds import ./feeds/Debian.zip --whole'],
    ...['feeds import ./CRAN.zip --whole --fetched 2026-11-20', 'feeds import ./acme.openvex.json'],
  ],
  permission: { '': 'view', sync: 'approve', import: 'approve' },
  privateWords: [''],
  words: { minimum: 0, maximum: 2 },
  flags: { whole: SWITCH, shrunk: SWITCH, fetched: 'date' },
  takesHost: false,
  async run(context, { words, flags }): Promise<FeedsAnswer> {
    const [verb, path] = words;
    const isWhole = flags.whole !== undefined;
    const mayShrink = flags.shrunk !== undefined;
    if (Object.keys(flags).length > 0 && verb !== 'import') {
      throw new UserError('Only “feeds import” takes --whole, --shrunk and --fetched.', {
        hint: feeds.usage,
      });
    }
    const fetchedAt = fetchedTime(flags.fetched, context.now());
    if (verb === undefined) return answer(context, {});
    if (verb === 'sync' && path === undefined) {
      return answer(context, { fetched: await context.feedSync.run({ isForced: true }) });
    }
    if (verb !== 'import' || path === undefined) {
      throw new UserError('“feeds” knows “sync”, and “import” with a file or a folder.', {
        hint: feeds.usage,
      });
    }
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
  },
});

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
    refused = [],
  }: {
    taken?: string[] | null;
    notTaken?: FeedsAnswer['notTaken'];
    fetched?: FeedOutcome[] | null;
    refused?: readonly string[];
  },
): Promise<FeedsAnswer> {
  const { feeds: store, feedsStaleAfterMs: staleAfterMs, now, hosts } = context;
  const at = now();
  const { unmatchedStatements } = await import('../src/inspections/unmatched-statements.ts');
  return {
    kind: 'feeds',
    takenAt: isoTime(at),
    feeds: withAges(await store.list(), { now: at, staleAfterMs }),
    statements: await unmatchedStatements(context, { hosts: hosts.map(({ name }) => name), at }),
    taken,
    notTaken,
    fetched,
    refused: { count: refused.length, reasons: refused.slice(0, REASONS_SHOWN) },
    next: ['exposure CVE-2024-3094', 'surface'],
  };
}
