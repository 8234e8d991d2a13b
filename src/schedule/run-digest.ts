import { hostsOfChannel } from '../command/channel-hosts.ts';
import { composeDigest } from '../inspections/compose-digest.ts';
import { addDays } from '../inspections/digest-times.ts';
import { retiredHosts } from '../inspections/hosts-among.ts';
import type { DigestRun } from '../ports/digest-store.ts';
import type { Held } from '../ports/lease.ts';
import type { OutboxMessage } from '../ports/outbox.ts';
import { digestMessages, type Meanwhile, parentMessage, updateMessage } from './digest-messages.ts';
import { scanForDigest } from './scan-for-digest.ts';
import type { ScheduleLimits, ScheduleParts } from './schedule-parts.ts';

/** A run, and this process's lease of it. */
export type ClaimedRun = Pick<DigestRun, 'channel' | 'day' | 'timezone' | 'dueAt'> & { held: Held };

/** Days that are searched for missed ones. */
const MISSED_DAYS_MAX = 31;

/**
 * Posts one digest: a parent message, the scans, the parent again as hosts report, the whole digest with the
 * end of the run. What is posted lies in the outbox under keys of the channel and the day, and the whole
 * digest is put with the end of the run, so that a repetition after a crash posts nothing twice.
 * Rejects with `LeaseLost`, with `OutsideError`, or with the reason of the signal.
 */
export async function runDigest(
  parts: ScheduleParts & ScheduleLimits,
  run: ClaimedRun,
): Promise<void> {
  const { digests, outbox, context, signal } = parts;
  const hold = async () => {
    signal.throwIfAborted();
    await digests.extendLease(run, run.held);
  };
  const messages = await makeMessages(parts, run, hold);
  signal.throwIfAborted();
  await digests.completeRun(run, messages, run.held, context.now());
  // Nothing more, but the outbox learns that there is something to send.
  await outbox.put([]);
}

/** How often a message shows that another host has reported. */
const UPDATES_MAX = 20;

async function makeMessages(
  parts: ScheduleParts & ScheduleLimits,
  run: ClaimedRun,
  hold: () => Promise<void>,
): Promise<OutboxMessage[]> {
  const { outbox, context, channels, log, composeLimit } = parts;
  const hosts = hostsOfChannel({ hosts: context.hosts, channels }, run.channel) ?? context.hosts;
  const begunAt = context.now();
  const { since, meanwhile } = await readPast(parts, run);
  await hold();
  const names = hosts.map(({ name }) => name);
  await outbox.put([parentMessage(run, names, meanwhile)]);
  const compose = (waiting: { pending: readonly string[]; unreported?: readonly string[] }) => {
    const { day, timezone } = run;
    const asked = { day, timezone, hosts, begunAt, since, isBrief: true, ...waiting };
    return composeLimit(() => composeDigest(context, asked));
  };
  let shown = hosts.length;
  const unreported = await scanForDigest(parts, hosts, async (waiting) => {
    await hold();
    // Of many hosts not each that reports makes the message anew.
    if (shown - waiting.length < Math.max(1, hosts.length / UPDATES_MAX)) return;
    shown = waiting.length;
    try {
      await outbox.put([updateMessage(run, await compose({ pending: waiting }), meanwhile)]);
    } catch (error) {
      // The next state says more, and the last one is put whatever became of this.
      log.info({ channel: run.channel, error }, 'the state of a digest could not be shown');
    }
  });
  // Nobody waits any more: what is said now stays.
  return digestMessages(run, await compose({ pending: [], unreported }), meanwhile, parts.render);
}

/** Time of the digest before, and what a channel has to hear of the time since then that no scan tells. */
async function readPast(
  parts: ScheduleParts,
  run: ClaimedRun,
): Promise<{ since: number | null; meanwhile: Meanwhile }> {
  const { digests } = parts;
  const last = await digests.findLastDone(run);
  const from = addDays(last?.day ?? run.day, last === null ? -MISSED_DAYS_MAX : 1);
  const between = await digests.listRuns(run.channel, from);
  const missed = between
    .filter(({ state, day }) => state === 'missed' && day < run.day)
    .map(({ day }) => day);
  const retired = last === null ? [] : await readRetired(parts, run, last);
  return { since: last?.composedAt ?? last?.finishedAt ?? null, meanwhile: { missed, retired } };
}

/**
 * Hosts that the settings no longer declare, and that were scanned for the digest before or later. Where the channel is
 * about some hosts only those that it names: which labels the others had is not kept.
 */
async function readRetired(
  { context, channels }: ScheduleParts,
  { channel }: ClaimedRun,
  { startedAt, dueAt }: DigestRun,
): Promise<string[]> {
  const all = await retiredHosts(context.past, context.hosts);
  const hosts = (hostsOfChannel({ hosts: all, channels }, channel) ?? all).map(({ name }) => name);
  const scans = await context.store.listHostScans({ hosts });
  return scans
    .filter(({ last }) => Date.parse(last.finishedAt) >= (startedAt ?? dueAt))
    .map(({ host }) => host);
}
