import type { App } from '@slack/bolt';
import type { CoreContext } from '../command/command.ts';
import { introduce } from '../inspections/introduce.ts';
import type { TokenStore } from '../ports/intent.ts';
import type { SlackMemory } from '../ports/slack-memory.ts';
import type { Logger } from '../shared/logger.ts';
import { answerDocument } from '../views/answer.ts';
import type { Outgoing } from './outgoing.ts';
import { replyWithTokens } from './reply.ts';
import type { WorkspaceLink } from './workspace-link.ts';

export interface LifecycleParts {
  context: Pick<CoreContext, 'hosts' | 'store' | 'now'>;
  channelHosts: ReadonlyMap<string, readonly string[]>;
  memory: SlackMemory;
  tokens: TokenStore;
  link: WorkspaceLink;
  outgoing: Outgoing;
  /** User id of the bot, which its token belongs to. */
  botUserId: string;
  log: Logger;
}

export interface Lifecycle {
  /** Listens to what happens to the bot itself; for every connection. */
  listen(app: App): void;
  /** Settles when no introduction is under way. */
  drain(): Promise<void>;
}

/** The bot comes into channels, and leaves the workspace. */
export function openLifecycle(parts: LifecycleParts): Lifecycle {
  const { botUserId, link } = parts;
  const inFlight = new Set<Promise<void>>();
  return {
    listen(app) {
      app.event('app_uninstalled', () => link.lose('the app was uninstalled'));
      app.event('tokens_revoked', async ({ event }) => {
        // The tokens of people are no concern of ours; Slack names their owners.
        if (event.tokens.bot?.includes(botUserId)) await link.lose('the bot token was revoked');
      });
      app.event('member_joined_channel', async ({ event }) => {
        if (event.user !== botUserId) return;
        const work = introduceIn(parts, event.channel).finally(() => inFlight.delete(work));
        inFlight.add(work);
      });
    },
    async drain() {
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
  };
}

/** Once a month and channel, whichever process is told. Never rejects. */
async function introduceIn(parts: LifecycleParts, channel: string): Promise<void> {
  const { context, memory, outgoing, log } = parts;
  try {
    if (!(await memory.claimIntroduction(channel, context.now()))) return;
  } catch (error) {
    log.warn({ error, channel }, 'an introduction could not be claimed in the database');
    return;
  }
  try {
    const names = parts.channelHosts.get(channel) ?? [];
    const ofChannel = context.hosts.filter(({ name }) => names.includes(name));
    const answer = await introduce(context, ofChannel.length > 0 ? ofChannel : context.hosts);
    const { message } = await replyWithTokens(parts, answerDocument(answer), channel);
    await outgoing.post({ channel }, message);
  } catch (error) {
    log.warn({ error, channel }, 'a channel could not be told what Seawall is');
    await memory
      .releaseIntroduction(channel)
      .catch((failure: unknown) => log.warn({ error: failure }, 'a claim was not given back'));
  }
}
