import { defineCommand } from '../src/command/command.ts';
import { SWITCH } from '../src/command/parse-flags.ts';
import { UserError } from '../src/shared/errors.ts';
import type { FeedsAnswer } from '../src/views/feeds.ts';

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
    const { answerFeeds, fetchFeeds, forgetFeed, importFeeds } = await import(
      '../src/command/take-feeds.ts'
    );
    if (verb === undefined) return answerFeeds(context);
    if (verb === 'sync' && word === undefined) return fetchFeeds(context);
    if (verb === 'import' && word !== undefined) return importFeeds(context, word, flags);
    if (verb === 'forget' && word !== undefined) return forgetFeed(context, request, word);
    throw new UserError(
      '“feeds” knows “sync”, “import” with a file or a folder, and “forget” with a document.',
      { hint: feeds.usage },
    );
  },
});
