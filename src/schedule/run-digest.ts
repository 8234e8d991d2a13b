import type { DigestAnswer } from '../answers/digest-answer.ts';
import { hostsOfChannel } from '../command/hosts-meant.ts';
import { composeDigest } from '../inspections/compose-digest.ts';
import { addDays } from '../inspections/digest-times.ts';
import { retiredHosts } from '../inspections/hosts-among.ts';
import { scanHosts } from '../inspections/scan-hosts.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import { type DigestRun, digestKey } from '../ports/digest-store.ts';
import type { Held } from '../ports/lease.ts';
import type { OutboxMessage } from '../ports/outbox.ts';
import { counted, listed } from '../shared/text.ts';
import { within } from '../timers/pause.ts';
import { answerDocument } from '../views/answer.ts';
import { type Document, heading, note, paragraph } from '../views/document.ts';
import { type RenderDocument, slackReply } from '../views/slack-messages.ts';
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

type ScanNeeds = Pick<ScheduleParts, 'context' | 'log' | 'timings' | 'signal'> &
  Pick<ScheduleLimits, 'hostLimit'>;

/**
 * Scans hosts, so many at once as the limit allows. `onBeat` is called every couple of seconds with
 * the hosts that have not reported yet, until all have or had their time. Gives back those whose scan
 * failed, was not stored or took too long: none of them holds the others up. Rejects as `onBeat` does.
 */
async function scanForDigest(
  parts: ScanNeeds,
  hosts: readonly HostDeclaration[],
  onBeat: (pending: string[]) => Promise<void>,
): Promise<string[]> {
  const pending = new Set(hosts.map(({ name }) => name));
  const silent = new Set<string>();
  const work = hosts.map((host) =>
    parts.hostLimit(async () => {
      if (await scanOne(parts, host)) pending.delete(host.name);
      else silent.add(host.name);
    }),
  );
  const all = Promise.all(work);
  while (pending.size > silent.size) {
    await within(parts.timings.updateEveryMs, all);
    if (pending.size > silent.size) await onBeat([...pending]);
  }
  return [...pending];
}

/** True when the scan is stored. */
async function scanOne(
  { context, log, timings, signal }: ScanNeeds,
  host: HostDeclaration,
): Promise<boolean> {
  try {
    const answer = await within(
      timings.hostDeadlineMs,
      scanHosts(context, [host], { asker: 'digest', isBrief: true }),
    );
    const [scan] = answer?.scans ?? [];
    if (scan?.storeProblem === null) return true;
    const problem = scan?.storeProblem ?? (answer?.stopped ? 'the scan was stopped' : undefined);
    log.warn({ host: host.name, problem }, 'a host did not report to the digest');
  } catch (error) {
    // Nobody waits for it any more, and what it needs may be closed.
    if (!signal.aborted)
      log.error({ host: host.name, error }, 'a scan for the digest failed: a bug');
  }
  return false;
}

type Run = Pick<DigestRun, 'channel' | 'day' | 'dueAt'>;

/** Names and days that are written out; the others are counted. */
const LISTED_MAX = 20;

/** What became of the channel since its digest before. */
interface Meanwhile {
  /** Days without a digest. */
  missed: readonly string[];
  /** Hosts that the settings no longer declare. */
  retired: readonly string[];
}

/** The message that opens a digest: it says which hosts are being read. */
function parentMessage(run: Run, hosts: readonly string[], meanwhile: Meanwhile): OutboxMessage {
  const title = `Digest of ${run.day}: ${counted(hosts.length, 'host')} to report`;
  const document: Document = {
    headline: title,
    summary: [
      heading(title),
      paragraph(hosts.length > 0 ? `Waiting for ${listed(hosts, LISTED_MAX)}.` : 'No host is set.'),
      ...meanwhileNotes(meanwhile),
    ],
    next: [],
  };
  const payload = slackReply(document).message;
  return row(run, 'parent', { kind: 'post' }, payload);
}

/** The parent message as it is while hosts report: without buttons and without its thread. */
function updateMessage(run: Run, answer: DigestAnswer, meanwhile: Meanwhile): OutboxMessage {
  const { message } = slackReply(documentOf(answer, meanwhile));
  return row(run, 'update', { kind: 'update', of: digestKey(run, 'parent') }, message);
}

/** Everything that a digest says in the end: the parent in its last form, then its thread. */
async function digestMessages(
  run: Run,
  answer: DigestAnswer,
  meanwhile: Meanwhile,
  render: RenderDocument,
): Promise<OutboxMessage[]> {
  const { message, thread } = await render(documentOf(answer, meanwhile), run.channel);
  const replies = thread.map((payload, index) =>
    row(run, `reply:${index + 1}`, { kind: 'post', threadOf: digestKey(run, 'parent') }, payload),
  );
  const of = digestKey(run, 'parent');
  return [row(run, 'update', { kind: 'update', of }, message), ...replies];
}

function documentOf(answer: DigestAnswer, meanwhile: Meanwhile): Document {
  const document = answerDocument(answer);
  return { ...document, summary: [...document.summary, ...meanwhileNotes(meanwhile)] };
}

/** Silence is explained. */
function meanwhileNotes({ missed, retired }: Meanwhile) {
  const days = `No digest came for ${listed(missed, LISTED_MAX)}: Seawall could not post within the time allowed.`;
  const hosts = `No longer declared in the settings: ${listed(retired, LISTED_MAX)}. Nobody watches what is open there.`;
  return [...(missed.length > 0 ? [note(days)] : []), ...(retired.length > 0 ? [note(hosts)] : [])];
}

function row(
  run: Run,
  what: string,
  action: OutboxMessage['action'],
  payload: unknown,
): OutboxMessage {
  const { channel, dueAt } = run;
  return { key: digestKey(run, what), channel, action, what: 'digest', payload, dueAt };
}
