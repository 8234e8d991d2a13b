import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostSettings } from '../src/config/load-settings.ts';
import { isMatchDue, isTellingDue } from '../src/inspections/look-at-exposure.ts';
import { assembleCore, type Core, coreSettings } from '../src/programs/assemble.ts';
import { type Running, serve } from '../src/programs/serve.ts';
import type { Logger } from '../src/shared/logger.ts';
import type { Answer } from '../src/views/answer.ts';
import { answerDocument } from '../src/views/answer.ts';
import { terminalText } from '../src/views/terminal-text.ts';
import { createDemoClock, pageClock } from './clock.ts';
import { readHints } from './hints.ts';
import { openDemoHosts } from './hosts.ts';
import { passContainer } from './passing-container.ts';
import { takeSampleFeed } from './sample-feed.ts';
import { demoSettings } from './settings.ts';
import { noteDatabaseWrites, noteEngineCalls } from './underneath.ts';
import type { NewNote } from './workspace/page/underneath.ts';
import { openWorkspace } from './workspace/workspace.ts';

export interface DemoOptions {
  /** Hosts of the settings; the first is used when its engine answers. */
  hosts: readonly HostSettings[];
  /** See `DemoHostsOptions`. */
  elsewhere?: readonly string[];
  /** Port of the workspace page; the app takes a free one. */
  port: number;
  log: Logger;
  say: (text: string) => void;
  /** Where the morning of its digest is; without one, the zone of this machine. */
  timeZone?: string;
  /** The history of the sample fleet, as `liveHistory` takes it; lived anew without one. */
  history?: string;
}

export interface Demo {
  /** Address of the workspace page, with the key that opens it. */
  url: string;
  close(): Promise<void>;
}

const SCAN_WAIT_MS = 60_000;
/** A busy machine takes its time over advisories; an idle one is done in a second. */
const ADVISORIES_WAIT_MS = 180_000;
const LOOK_EVERY_MS = 100;

/**
 * The main job on one machine: a local Slack workspace, the real app, and a scan asked for in its
 * channel, beside the sample fleet and its history. The database is a temporary one. Rejects when the
 * scan gives no answer within a minute, and leaves nothing open.
 */
export async function openDemo(options: DemoOptions): Promise<Demo> {
  const opened: Closer[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const end of opened.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'parts of the demo did not end');
  };
  try {
    return { url: await openParts(options, opened), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Closer = () => unknown;

const machineZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Opens one part after the other and says how each is closed. */
async function openParts(
  { hosts, elsewhere = [], port, log, say, history, timeZone = machineZone() }: DemoOptions,
  opened: Closer[],
): Promise<Demo['url']> {
  const clock = createDemoClock();
  const folder = mkdtempSync(join(tmpdir(), 'seawall-demo-'));
  opened.push(() => rmSync(folder, { recursive: true, force: true }));
  const fleet = await openDemoHosts({ declared: hosts, elsewhere, now: clock.now, say });
  opened.push(() => fleet.close());
  let appPort = 0;
  let started: Running | undefined;
  const workspace = await openWorkspace({
    port,
    now: clock.now,
    page: {
      clock: pageClock(
        clock,
        () => started,
        () => takeNews(started, core.store),
      ),
      readHints: async () => {
        if (!started) throw new Error('the app has not started yet');
        return readHints(started.context);
      },
    },
    delivery: { mode: 'http', requestUrl: () => `http://127.0.0.1:${appPort}/slack/events` },
  });
  opened.push(() => workspace.close());
  const { promise: answered, resolve: onAnswer } = Promise.withResolvers<Answer>();
  const settings = { ...(await demoSettings(workspace, folder, timeZone)), hosts: fleet.hosts };
  const fleetLine = await fleet.liveHistory(settings, history);
  const note = (made: NewNote) => workspace.note(made);
  opened.push(noteEngineCalls(fleet.hosts, note));
  const core = await assembleCore({
    ...coreSettings(settings),
    now: clock.now,
    openDatabase: noteDatabaseWrites(note),
  });
  const past = await core.store.scans.findLastScan(fleet.hosts[0]?.name ?? '');
  const running = await serve({ settings, core: fleet.describe(core), log, onAnswer });
  opened.push(() => running.close());
  started = running;
  appPort = running.chat.port ?? 0;

  // What can be exploited counts in a score, which is to be the same each time. A host without a past has no packages to
  // match, and is asked for before Seawall scans it by itself.
  if (past !== null && !(await waitUntil(() => isMatched(running)))) {
    say('The packages are not compared with the advisories yet: the score counts them as unknown.');
  }
  say('Typing “/seawall scan” in #security of the local workspace.\n');
  await workspace.sendCommand({ text: 'scan' });
  const answer = await withinTime(answered);
  say(terminalText(answerDocument(answer)));
  say(fleetLine);
  const passing = await passContainer(core);
  opened.push(() => passing.close());
  return workspace.url;
}

/** Takes the feed with its next record, and waits for a while until the channel was told of it. */
async function takeNews(running: Running | undefined, { outbox }: Core['store']): Promise<void> {
  if (running === undefined) return;
  const { feeds, exposed, now, channels } = running.context;
  await takeSampleFeed({ feeds }, { hasNext: true });
  running.wakeExposure();
  await waitUntil(async () => {
    const state = await exposed.state();
    const waits = channels.some(({ id }) => isTellingDue(state, id, now()));
    return !waits && (await isMatched(running)) && (await outbox.backlog()).pending === 0;
  });
}

/** Whether the packages that are stored were compared with the feeds as they are now. */
async function isMatched({ context: { exposed, now } }: Running): Promise<boolean> {
  const state = await exposed.state();
  return !isMatchDue(state, state.basis?.stale ?? [], now());
}

/** Looks again and again until it is so, for a while at most; says whether it is. */
async function waitUntil(isSo: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + ADVISORIES_WAIT_MS;
  while (!(await isSo())) {
    if (performance.now() > end) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}

function withinTime(answered: Promise<Answer>): Promise<Answer> {
  return Promise.race([
    answered,
    new Promise<never>((_resolve, reject) => {
      const late = () => reject(new Error(`the scan gave no answer within ${SCAN_WAIT_MS} ms`));
      setTimeout(late, SCAN_WAIT_MS).unref();
    }),
  ]);
}
