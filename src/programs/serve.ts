import { type Alerts, openAlerts } from '../alerts/open-alerts.ts';
import type { AlertStore } from '../answers/alert-store.ts';
import type { DigestStore } from '../answers/digest-store.ts';
import type { ScanRecord } from '../answers/ports.ts';
import { type Chat, type ChatMode, type ChatOptions, openChat } from '../chat/open-chat.ts';
import type { Settings } from '../config/load-settings.ts';
import { requireSlack } from '../config/require-slack.ts';
import { shownSettings } from '../config/shown-settings.ts';
import { openSchedule, type Schedule } from '../schedule/open-schedule.ts';
import type { Logger } from '../shared/logger.ts';
import { assembleCore, type ConnectedHost, type Core, newReference } from './assemble.ts';

const HOUR_MS = 3_600_000;

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
export async function serve(options: ServeOptions): Promise<Running> {
  const { settings, hosts, log, onAnswer } = options;
  const slack = requireSlack(settings);
  const mode: ChatMode =
    slack.mode === 'http'
      ? { kind: 'http', signingSecret: slack.signingSecret.reveal(), ...settings.http }
      : { kind: 'socket', appToken: slack.appToken.reveal() };
  const core = await assembleCore({
    hosts: hosts ?? settings.hosts,
    databaseUrl: settings.databaseUrl.reveal(),
    policy: settings.policy,
    channels: settings.channels,
    owners: settings.owners,
    slack: settings.slack,
  });
  const { store } = core;
  let schedule: Schedule | undefined;
  let alerts: Alerts | undefined;
  const context = {
    ...core.context,
    digests: wakingDigests(store.digests, () => schedule?.wake()),
    ...wakingAlerts(store, () => alerts?.wake()),
  };
  try {
    const chat = await openChat({
      mode,
      botToken: slack.botToken.reveal(),
      slackApiUrl: settings.slack.apiUrl,
      context,
      access: settings.access,
      channelHosts: new Map(settings.channels.map(({ id, hosts: names }) => [id, names ?? []])),
      store: store.scans,
      memory: store.slack,
      outboxStore: store.outbox,
      operatorsChannel: settings.operators?.channel ?? null,
      tokens: store.tokens,
      settings: shownSettings(settings),
      now: context.now,
      newReference,
      log,
      onAnswer,
    });
    const { channels, digests } = context;
    const { outbox, render } = chat;
    const catchUpMs = settings.digests.catchUpHours * HOUR_MS;
    schedule = openSchedule({ context, digests, channels, outbox, render, catchUpMs, log });
    alerts = openAlerts({
      ...{ context, alerts: store.alerts, outbox, render, log },
      channels: settings.channels.flatMap(({ id, hosts: names, alerts: wanted }) =>
        wanted === undefined ? [] : [{ id, hosts: names ?? null, ...wanted }],
      ),
    });
    // There is nobody to tell any more.
    chat.onLost(() => {
      void schedule?.close();
      void alerts?.close();
    });
    const { version } = context;
    log.info({ mode: mode.kind, port: chat.port, hosts: context.hosts.length, version }, 'ready');
    return {
      chat,
      async close() {
        await schedule?.close();
        await alerts?.close();
        await chat.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A digest that somebody asks for begins at once, not at the next minute. */
function wakingDigests(digests: DigestStore, wake: () => void): DigestStore {
  return {
    ...digests,
    async requestRun(plan, by) {
      const state = await digests.requestRun(plan, by);
      wake();
      return state;
    },
  };
}

/** What a scan found, and a snooze, shows at once; the scans of other processes within a minute. */
function wakingAlerts({ scans, alerts }: Core['store'], wake: () => void) {
  const waking = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    wake();
    return result;
  };
  return {
    store: { ...scans, saveScan: (record: ScanRecord) => waking(scans.saveScan(record)) },
    alerts: {
      ...alerts,
      snooze: (...change: Parameters<AlertStore['snooze']>) => waking(alerts.snooze(...change)),
    },
  };
}
