import { alertChannels, openAlerts } from '../alerts/open-alerts.ts';
import { openExposure } from '../alerts/tell-exposure.ts';
import { loadRanker } from '../ask/load-helpers.ts';
import { type Chat, type ChatMode, type ChatOptions, openChat } from '../chat/open-chat.ts';
import type { Settings } from '../config/load-settings.ts';
import { requireSlack } from '../config/require-slack.ts';
import { shownSettings } from '../config/shown-settings.ts';
import { isFirstServe } from '../ports/process-store.ts';
import { openSchedule, type Schedule } from '../schedule/open-schedule.ts';
import type { OwnScans } from '../schedule/own-scans.ts';
import type { Logger } from '../shared/logger.ts';
import { HOUR_MS } from '../shared/time.ts';
import { placeText } from '../store/database-url.ts';
import { describeExposure } from '../store/own-files.ts';
import type { Job } from '../timers/job.ts';
import type { Watch } from '../watch/open-watch.ts';
import type { WatchParts } from '../watch/watch-parts.ts';
import type { Operations } from '../web/operations.ts';
import { assembleCore, type Core, coreSettings, followedBy, newReference } from './assemble.ts';
import { foldOutages } from './fold-outages.ts';
import { reachedFrom } from './host-directory.ts';
import { keepFeeds, keepTidy } from './housekeeping.ts';
import { keepingOf } from './keeping.ts';
import { openEdges } from './open-edges.ts';
import { type OpenOperations, openOperations } from './open-operations.ts';
import { type Ends, openParts } from './open-parts.ts';
import { openPresence, type Presence } from './presence.ts';
import { scanUnasked, startWatching, timesOfEvents } from './start-watching.ts';

export interface Running {
  chat: Chat;
  /** Where Slack's requests, health, readiness and metrics are answered. */
  port: number | null;
  /** What its commands work with. */
  context: Core['context'];
  /** Looks at once for digests that are due, as it does each minute. */
  wakeSchedule(): void;
  /** Looks at once whether feeds changed, as it does each few seconds. */
  wakeExposure(): void;
  close(): Promise<void>;
}

export interface ServeOptions {
  settings: Settings;
  /** What the settings describe when left out; its store is closed with the rest. */
  core?: Core;
  log: Logger;
  onAnswer?: ChatOptions['onAnswer'];
}

/** Something that was started, or opened. */
interface Part {
  close(): Promise<void>;
}

/** What those ask that are there before it. */
interface Started {
  chat?: Chat;
  schedule?: Schedule;
  alerts?: Job;
  /** Null for a process that is alone. */
  presence?: Presence | null;
  scans?: OwnScans;
}

/** Starts the bot: engines, database, Slack. Rejects when one of them is wrong; nothing stays open. */
export async function serve(options: ServeOptions): Promise<Running> {
  const { settings } = options;
  requireSlack(settings);
  const { log, onUsed } = foldOutages(options.log, Date.now);
  const { core = await assembleCore({ ...coreSettings(settings), onDatabaseUsed: onUsed }) } =
    options;
  const place = placeText(settings.databaseUrl.reveal());
  if (core.store.isNew) log.warn({ place }, 'a new, empty database was made');
  for (const exposed of describeExposure(settings.databaseUrl.reveal())) {
    log.warn({ exposed }, 'others of this machine may use the database');
  }
  return openParts((ends) => {
    ends.push(() => core.store.close());
    return start({ ...options, log: options.core === undefined ? log : options.log }, core, ends);
  });
}

/** Starts one part after the other and adds to `ends` how each ends. */
async function start(
  options: ServeOptions,
  core: Core,
  ends: Ends,
): Promise<Omit<Running, 'close'>> {
  const { settings, log } = options;
  const { store } = core;
  const started: Started = {};
  const waking = wakingStores(store, started);
  const web = openOperations(core, waking.store, 'serve', () => slackProblems(store, started.chat));
  const context = {
    ...core.context,
    ...waking,
    store: web.store,
  };
  // Hosts come and go while this process runs.
  Object.defineProperty(context, 'hosts', { get: () => core.context.hosts });
  const add = <P extends Part>(part: P): P => {
    ends.push(() => part.close());
    return part;
  };
  const mode = modeOf(settings, web.operations);
  const server = mode.kind === 'socket' ? add(await web.listen(settings)) : null;
  // The first question would keep everybody else waiting.
  await loadRanker();
  const chat = add(
    await openChat(chatOptions(options, core, { mode, context, metrics: web.metrics })),
  );
  started.chat = chat;
  const { outbox, render, isInGroup } = chat;
  started.alerts = add(
    openAlerts({
      ...{ context, alerts: store.alerts, outbox, render, isInGroup, log },
      isItsTurn: () => isFirst(core, started),
    }),
  );
  const exposure = add(
    openExposure({
      ...{ context, outbox, render, log, owner: context.newId() },
      channels: () => alertChannels({ alerts: store.alerts, context }),
      lookAtExposure: core.lookAtExposure,
    }),
  );
  const { channels, digests } = context;
  const catchUpMs = settings.digests.catchUpHours * HOUR_MS;
  const scheduleParts = { context, digests, channels, outbox, render, catchUpMs, log };
  started.schedule = add(openSchedule(scheduleParts));
  const onStored: WatchParts['onStored'] = (_host, news) => {
    web.metrics.observeEvents(timesOfEvents(news));
    // What happened is read from the database.
    started.alerts?.wake();
  };
  const onTurn: WatchParts['onTurn'] = (...turn) => started.scans?.want(...turn);
  // Who shares its database with nobody watches all hosts.
  started.presence = core.queue.isShared
    ? add(await openPresence(core, { role: 'serve', log }))
    : null;
  const { presence } = started;
  add(await watchAndListen({ settings, log, presence }, core, { onStored, onTurn }));
  add(await keepFeeds(core.feedSync, settings.feeds, log));
  add(keepTidy(store, keepingOf(settings), log));
  const { observeOwnScan: onScan } = web.metrics;
  const reaches = reachedFrom(core.directory, { isHub: settings.edges !== null });
  started.scans = add(scanUnasked(settings, { context, log, onScan, reaches }, presence));
  // There is nobody to tell any more.
  chat.onLost(() => {
    void started.schedule?.close();
    void started.alerts?.close();
    void exposure.close();
  });
  const port = chat.port ?? server?.port ?? null;
  const { version } = context;
  log.info({ mode: mode.kind, port, hosts: context.hosts.length, version }, 'ready');
  return {
    chat,
    port,
    context,
    wakeSchedule: () => started.schedule?.wake(),
    wakeExposure: exposure.wake,
  };
}

/** Whether this process is the one that looks after alerts. */
const isFirst = ({ queue, processId }: Core, { presence }: Started): boolean =>
  !queue.isShared || isFirstServe(presence?.live() ?? [], processId);

/** Watches hosts, and listens for those that dial out where the settings say so. */
async function watchAndListen(
  parts: Parameters<typeof startWatching>[0],
  core: Core,
  told: Pick<WatchParts, 'onStored' | 'onTurn'>,
): Promise<Part> {
  const { settings, log } = parts;
  const opened: { watch?: Watch } = {};
  const onConnected = (host: string) => opened.watch?.hurry(host);
  const edges = await openEdges(settings.edges, core, { log, onConnected });
  try {
    opened.watch = await startWatching({ ...parts, isHub: settings.edges !== null }, core, told);
  } catch (error) {
    await edges.close();
    throw error;
  }
  return {
    async close() {
      await opened.watch?.close();
      await edges.close();
    },
  };
}

async function slackProblems({ slack }: Core['store'], chat: Chat | undefined): Promise<string[]> {
  const loss = await slack.findLoss();
  if (loss !== null) return [`Slack: ${loss.reason}`];
  return chat?.isConnected() ? [] : ['Slack is not connected'];
}

function modeOf(settings: Settings, operations: Operations): ChatMode {
  const slack = requireSlack(settings);
  return slack.mode === 'http'
    ? {
        kind: 'http',
        signingSecret: slack.signingSecret.reveal(),
        operations,
        ...settings.http,
      }
    : { kind: 'socket', appToken: slack.appToken.reveal() };
}

const chatOptions = (
  { settings, log, onAnswer }: ServeOptions,
  { store }: Core,
  {
    mode,
    context,
    metrics,
  }: Pick<ChatOptions, 'mode' | 'context'> & Pick<OpenOperations, 'metrics'>,
): ChatOptions => ({
  mode,
  botToken: requireSlack(settings).botToken.reveal(),
  slackApiUrl: settings.slack.apiUrl,
  context,
  access: settings.access,
  otherTeams: settings.access.teams,
  rates: settings.rates,
  memory: store.slack,
  deliveries: store.deliveries,
  outboxStore: store.outbox,
  onSlackFailure: (failure) =>
    metrics.observeSlackFailure(
      failure.kind === 'refused' ? `refused-${failure.scope}` : failure.kind,
    ),
  operatorsChannel: settings.operators?.channel ?? null,
  tokens: store.tokens,
  settings: shownSettings(settings),
  now: context.now,
  newReference,
  log,
  onAnswer,
});

/** What this process changes calls for a look at alerts, and a digest that somebody asks for begins at once. */
function wakingStores({ scans, alerts, acceptances, digests }: Core['store'], started: Started) {
  const wake = () => started.alerts?.wake();
  const begin = () => started.schedule?.wake();
  return {
    digests: { ...digests, requestRun: followedBy(digests.requestRun, begin) },
    store: { ...scans, saveScan: followedBy(scans.saveScan, wake) },
    acceptances: {
      ...acceptances,
      accept: followedBy(acceptances.accept, wake),
      unaccept: followedBy(acceptances.unaccept, wake),
    },
    alerts: {
      ...alerts,
      setSetting: followedBy(alerts.setSetting, wake),
      snooze: followedBy(alerts.snooze, wake),
      acknowledge: followedBy(alerts.acknowledge, wake),
      assign: followedBy(alerts.assign, wake),
    },
  };
}
