import { existsSync, readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import type { Settings } from '../config/load-settings.ts';
import { workOf } from '../inspections/scan-host.ts';
import { openMessages } from '../queue/messages.ts';
import { type ScanWorker, workScans } from '../queue/work-scans.ts';
import { OutsideError, onOutside, UserError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { parseDatabaseUrl, placeText } from '../store/database-url.ts';
import { toStoreError } from '../store/store-error.ts';
import { assembleCore, type Core, coreSettings } from './assemble.ts';
import { foldOutages } from './fold-outages.ts';
import { reachedFrom } from './host-directory.ts';
import { openEdges } from './open-edges.ts';
import { openOperations } from './open-operations.ts';
import { type Ends, openParts } from './open-parts.ts';
import { openPresence, type Presence } from './presence.ts';
import { scanUnasked, startWatching, timesOfEvents } from './start-watching.ts';

export interface Working {
  /** Where health, readiness and metrics are answered. */
  port: number;
  /** Takes nothing more, ends or gives back what it does, and closes. */
  close(): Promise<void>;
}

/**
 * Does the scans that the processes on its PostgreSQL ask for, and watches its share of the hosts. Rejects with `UserError` for another database, and
 * when something is wrong; nothing stays open.
 */
export async function work(options: { settings: Settings; log: Logger }): Promise<Working> {
  const { settings } = options;
  if (parseDatabaseUrl(settings.databaseUrl.reveal()).kind !== 'postgres') {
    throw new UserError(
      'A worker shares a PostgreSQL with the bot; an SQLite file has one process.',
      {
        hint: 'Set DATABASE_URL=postgres://USER@HOST/NAME for both, or run `seawall serve` alone.',
      },
    );
  }
  const { log, onUsed } = foldOutages(options.log, Date.now);
  const core = await assembleCore({ ...coreSettings(settings), onDatabaseUsed: onUsed });
  const place = placeText(settings.databaseUrl.reveal());
  if (core.store.isNew) log.warn({ place }, 'a new, empty database was made');
  return openParts(async (ends) => {
    ends.push(() => core.store.close());
    return { port: await start({ settings, log }, core, ends) };
  });
}

/** Starts one part after the other and adds to `ends` how each ends. */
async function start(
  { settings, log }: { settings: Settings; log: Logger },
  core: Core,
  ends: Ends,
): Promise<number> {
  const { store, processId } = core;
  const started: { presence?: Presence; scans?: ScanWorker } = {};
  const web = openOperations(core, store.scans, 'worker', async () =>
    started.presence?.isDraining() ? ['it gives its work back'] : [],
  );
  const context = { ...core.context, store: web.store };
  const server = await web.listen(settings);
  ends.push(server.close);
  const messages = await openMessages({
    url: settings.databaseUrl.reveal(),
    isWorker: true,
    onError(error) {
      const told = toStoreError(error);
      const fields = told instanceof OutsideError ? { error: told } : { reason: error.message };
      log.warn(fields, 'the queue could not be reached');
    },
  });
  ends.push(messages.close);
  const { version } = context;
  ends.push((await openEdges(null, core, { log, onConnected: () => {} })).close);
  const onDraining = () => void started.scans?.drain();
  started.presence = await openPresence(core, { role: 'worker', onDraining, log });
  ends.push(started.presence.close);
  started.scans = await workScans({
    ...{ jobs: store.scanJobs, messages, owner: processId, log },
    workOf({ host, what }) {
      const declared = context.hosts.find(({ name }) => name === host);
      return declared === undefined ? null : workOf(context, declared, what);
    },
    onBegun: web.metrics.observeScanWait,
  });
  ends.push(started.scans.drain);
  const { observeOwnScan: onScan } = web.metrics;
  const reaches = reachedFrom(core.directory, { isHub: false });
  const own = scanUnasked(settings, { context, log, onScan, reaches }, started.presence);
  ends.push(own.close);
  const watch = await startWatching({ settings, log, presence: started.presence }, core, {
    onStored: (_host, news) => web.metrics.observeEvents(timesOfEvents(news)),
    onTurn: (...turn) => own.want(...turn),
  });
  ends.push(watch.close);
  // Nobody counts on it any more before it ends what it does.
  ends.push(async () => {
    await store.processes.drain(processId).catch(onOutside(() => false));
  });
  log.info({ mode: 'worker', port: server.port, hosts: context.hosts.length, version }, 'ready');
  return server.port;
}

/** A third of the weight of the others: with less, on a machine with too much to do, signs of life would come too late. */
const NICE = 5;
/** Linux has a priority for each thread, and those of V8 and libuv run by now. Later ones have that of who starts them. */
const THREADS = '/proc/self/task';

/**
 * Lets everybody else on the machine go first, above all who answers people: of what this process does nobody notices
 * some milliseconds. On a machine of its own it changes nothing. Where the system does not allow it all stays as it is.
 */
export function giveWay(): void {
  const threads = existsSync(THREADS) ? readdirSync(THREADS).map(Number) : [process.pid];
  for (const id of threads) {
    try {
      // Who started it may have wanted even less.
      if (getPriority(id) < NICE) setPriority(id, NICE);
    } catch (error) {
      // Also of a thread that has ended.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
    }
  }
}
