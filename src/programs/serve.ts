import { type Chat, type ChatMode, type ChatOptions, openChat } from '../chat/open-chat.ts';
import type { Settings } from '../config/load-settings.ts';
import { requireSlack } from '../config/require-slack.ts';
import { shownSettings } from '../config/shown-settings.ts';
import type { Logger } from '../shared/logger.ts';
import { assembleCore, type ConnectedHost, newReference } from './assemble.ts';

export interface Running {
  chat: Chat;
  close(): Promise<void>;
}

export interface ServeOptions {
  settings: Settings;
  /** Instead of the settings' hosts; the demo adds a recording this way. */
  hosts?: readonly ConnectedHost[];
  log: Logger;
  onAnswer?: ChatOptions['onAnswer'];
}

/** Starts the bot: engines, database, Slack. Rejects when one of them is wrong; nothing stays open. */
export async function serve({ settings, hosts, log, onAnswer }: ServeOptions): Promise<Running> {
  const slack = requireSlack(settings);
  const mode: ChatMode =
    slack.mode === 'http'
      ? { kind: 'http', signingSecret: slack.signingSecret.reveal(), ...settings.http }
      : { kind: 'socket', appToken: slack.appToken.reveal() };
  const { context, store } = await assembleCore({
    hosts: hosts ?? settings.hosts,
    databaseUrl: settings.databaseUrl.reveal(),
    policy: settings.policy,
  });
  try {
    const chat = await openChat({
      mode,
      botToken: slack.botToken.reveal(),
      slackApiUrl: settings.slack.apiUrl,
      context,
      access: settings.access,
      channelHosts: new Map(settings.channels.map(({ id, hosts: names }) => [id, names ?? []])),
      store: store.scans,
      tokens: store.tokens,
      settings: shownSettings(settings),
      now: context.now,
      newReference,
      log,
      onAnswer,
    });
    const { version } = context;
    log.info({ mode: mode.kind, port: chat.port, hosts: context.hosts.length, version }, 'ready');
    return {
      chat,
      async close() {
        await chat.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
