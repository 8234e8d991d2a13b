import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { personWhoSetUp } from '../chat/set-up-by.ts';
import type { EdgeSettings, Settings } from '../config/load-settings.ts';
import { safeJson } from '../exports/safe-json.ts';
import { processState } from '../inspections/process-state.ts';
import { FREE_BYTES_MIN } from '../ports/store-size.ts';
import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { byteText, counted } from '../shared/text.ts';
import { DAY_MS, isoTime } from '../shared/time.ts';
import { usualSockets } from '../shared/usual-sockets.ts';
import { parseDatabaseUrl, placeText } from '../store/database-url.ts';
import { openAsItIs, type Store } from '../store/open-store.ts';
import { describeExposure } from '../store/own-files.ts';
import { freeBytesOf } from '../store/store-error.ts';
import { processesText, workText } from '../views/process-state.ts';
import { type Check, checkLine, checksText, type Found, reasonOf, runChecks } from './checks.ts';
import { engineChecks } from './engine-checks.ts';
import { readTls } from './open-edges.ts';
import { slackChecks, type ToldByCommand } from './slack-checks.ts';

interface DoctorInput {
  stdout: (text: string) => void;
  /** One object in the end, `{answer, takenAt, isWell, checks: [{name, state, said}]}`, instead of a line each. */
  isJson: boolean;
  environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Tries everything the settings name: each engine, the database and its disk, Slack with the channels that are
 * written to, the certificate of edges. Writes a line each to `stdout`, and of many which are not well. It changes nothing: a database that a start
 * would make or migrate stays as it is. True when all of it works. A part that is not set up is said and counts as
 * well; one that could not be looked at is unknown, and does not. `environment` tells where engines of a user's own
 * would be.
 */
export async function runDoctor(
  settings: Settings,
  { stdout, isJson, environment }: DoctorInput,
): Promise<boolean> {
  const others = usualSockets(environment);
  const byCommand = await inStore(settings, listToldByCommand);
  const checks: Check[] = [
    ...settings.hosts.flatMap((host) => engineChecks(host, others)),
    ...fileChecks(settings),
    { name: 'database', run: () => tryDatabase(settings) },
    { name: 'processes', run: () => lookAtProcesses(settings) },
    { name: 'disk', run: () => measureDisk(settings) },
    ...slackChecks(settings, byCommand),
    ...edgeChecks(settings),
  ];
  const { all, told } = await runChecks(checks, (one) => {
    if (!isJson) stdout(checkLine(one));
  });
  const isWell = all.every(({ state }) => state === 'ok');
  const common = { answer: 'doctor', takenAt: isoTime(Date.now()) };
  stdout(isJson ? safeJson({ ...common, isWell, checks: all }) : checksText(told));
  return isWell;
}

/** The settings file and the keys that it names, where others may change or use them. */
const fileChecks = ({ exposedFiles }: Settings): Check[] =>
  exposedFiles.map((exposed) => ({ name: 'files', run: () => Promise.reject(new Error(exposed)) }));

async function tryDatabase({ databaseUrl }: Settings): Promise<string> {
  const url = databaseUrl.reveal();
  const opened = await openAsItIs({ url, now: Date.now });
  if ('waiting' in opened) {
    return opened.waiting === null
      ? `there is none yet; the next start makes ${placeText(url)}`
      : `opens and is undamaged; ${counted(opened.waiting, 'migration')} ${opened.waiting === 1 ? 'runs' : 'run'} at the next start`;
  }
  try {
    await opened.tryWriting();
  } finally {
    await opened.close();
  }
  const said = 'opens, is undamaged and up to date';
  const exposed = describeExposure(url);
  if (exposed.length > 0) throw new Error([said, ...exposed].join('; '));
  return said;
}

/** Who shares the database, and how far behind their work is; a database that does not open is told above. */
async function lookAtProcesses(settings: Settings): Promise<Found> {
  const now = Date.now();
  const names = settings.hosts.map(({ name }) => name);
  const state = await inStore(settings, async (store) =>
    processState(store, {
      watches: await store.watches.listWatches(names),
      blind: await store.scans.listBlindIntervals({ hosts: names, since: now - DAY_MS }),
      now,
    }),
  );
  if (state.state === 'unread') return { unknown: state.reason };
  return state.value === null
    ? 'none has made the database yet'
    : `${processesText(state.value)}; ${workText(state.value)}`;
}

/** What the database tells; null where there is none yet, unread where it does not open, or a start would change it. */
async function inStore<T>(
  { databaseUrl }: Settings,
  ask: (store: Store) => Promise<T>,
): Promise<Reading<T | null>> {
  try {
    const opened = await openAsItIs({ url: databaseUrl.reveal(), now: Date.now });
    if ('waiting' in opened) {
      return opened.waiting === null
        ? read(null)
        : unread('not read: the next start migrates the database');
    }
    try {
      return read(await ask(opened));
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return unread('not looked at: the database cannot be used');
  }
}

async function listToldByCommand(store: Store): Promise<ToldByCommand> {
  const on = [...(await store.digests.listSchedules()), ...(await store.alerts.listSettings())];
  const channels = new Set(on.filter(({ isOff }) => !isOff).map(({ channel }) => channel));
  return new Map(
    await Promise.all(
      [...channels].map(async (one) => [one, await personWhoSetUp(store, one)] as const),
    ),
  );
}

async function measureDisk({ databaseUrl }: Settings): Promise<string> {
  const place = parseDatabaseUrl(databaseUrl.reveal());
  if (place.kind === 'postgres') return 'the database is on a server, which has its own disk';
  const folder = nearestThere(dirname(place.path));
  const free = freeBytesOf(folder);
  const said = `${byteText(free)} free for the database`;
  if (free < FREE_BYTES_MIN) throw new Error(`only ${said} in ${resolve(folder)}; make room there`);
  return said;
}

/** The folder, or the one above it that is there already. */
function nearestThere(folder: string): string {
  const above = dirname(folder);
  return existsSync(folder) || above === folder ? folder : nearestThere(above);
}

/** The certificate that edges are shown, where the settings say that hosts dial out. */
const edgeChecks = ({ edges }: Settings): Check[] =>
  edges === null ? [] : [{ name: 'edges', run: async () => tryCertificate(edges) }];

function tryCertificate({ tls, listen }: EdgeSettings): string {
  const place = `${listen.host}:${listen.port}`;
  const files = readTls(tls);
  if (files === null) return `they would connect to ${place}, behind what ends TLS`;
  try {
    createSecureContext(files);
  } catch (error) {
    throw new Error(`no certificate with its key: ${reasonOf(error)}`);
  }
  return `the certificate and its key are read, for ${place}`;
}
