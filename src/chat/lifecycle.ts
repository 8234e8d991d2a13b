import type { App } from '@slack/bolt';
import { type AccessRules, isGrantedToAll } from '../command/access.ts';
import type { CoreContext } from '../command/command.ts';
import { hostsOfChannel } from '../command/hosts-meant.ts';
import { introduce } from '../inspections/introduce.ts';
import type { TokenStore } from '../ports/intent.ts';
import type { SlackMemory } from '../ports/slack-memory.ts';
import type { Logger } from '../shared/logger.ts';
import { answerDocument } from '../views/answer.ts';
import { postPublicly, type WaysOut } from './public-post.ts';
import { replyWithTokens } from './reply.ts';
import type { WorkspaceLink } from './workspace-link.ts';

export interface LifecycleParts {
  context: Pick<CoreContext, 'hosts' | 'channels' | 'store' | 'now' | 'newId' | 'alerts'>;
  /** Who may ask: where not all who read a channel may, its introduction names no host. */
  access: AccessRules;
  memory: SlackMemory;
  tokens: TokenStore;
  link: WorkspaceLink;
  ways: WaysOut;
  /** User id of the bot, which its token belongs to. */
  botUserId: string;
  log: Logger;
}

/** Listens to what happens to the bot itself: it comes into channels, and leaves the workspace. */
export function addLifecycle(app: App, parts: LifecycleParts): void {
  const { botUserId, link } = parts;
  app.event('app_uninstalled', () => link.lose('the app was uninstalled'));
  app.event('tokens_revoked', async ({ event }) => {
    // The tokens of people are no concern of ours; Slack names their owners.
    if (event.tokens.bot?.includes(botUserId)) await link.lose('the bot token was revoked');
  });
  app.event('member_joined_channel', async ({ event, body }) => {
    if (event.user !== botUserId) return;
    // Slack says it of every event; one that did not is taken for the worse.
    await introduceIn(parts, event.channel, { isShared: body.is_ext_shared_channel !== false });
  });
}

/** Once a month and channel, whichever process is told. Never rejects. */
async function introduceIn(
  parts: LifecycleParts,
  channel: string,
  { isShared }: { isShared: boolean },
): Promise<void> {
  const { context, access, memory, ways, log } = parts;
  try {
    if (!(await memory.claimIntroduction(channel, context.now()))) return;
  } catch (error) {
    log.warn({ error, channel }, 'an introduction could not be claimed in the database');
    return;
  }
  try {
    const mayName = !isShared && isGrantedToAll(access, 'view', channel);
    const hosts = mayName ? (hostsOfChannel(context, channel) ?? context.hosts) : null;
    const answer = await introduce(context, hosts, channel);
    const { message } = await replyWithTokens(parts, answerDocument(answer), channel);
    const key = `introduction:${channel}:${context.newId()}`;
    const reply = { message, thread: [] };
    await postPublicly(ways, { key, place: { channel }, reply, hasOtherWay: false });
  } catch (error) {
    log.warn({ error, channel }, 'a channel could not be told what Seawall is');
    await memory
      .releaseIntroduction(channel)
      .catch((failure: unknown) => log.warn({ error: failure }, 'a claim was not given back'));
  }
}
