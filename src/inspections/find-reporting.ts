import type { AlertReport, Delivery, Reporting } from '../answers/trace.ts';
import type { StoredAcceptance } from '../ports/acceptance-store.ts';
import { type AlertAbout, type AlertStore, alertKey, findingKey } from '../ports/alert-store.ts';
import type { ChannelDeclaration, HostDeclaration } from '../ports/declarations.ts';
import { type DigestRun, type DigestStore, digestKey } from '../ports/digest-store.ts';
import type { OutboxStore } from '../ports/outbox.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { isoTime } from '../shared/time.ts';
import { schedulesInForce } from './digest-schedules.ts';
import { hostsAmong } from './hosts-among.ts';

export interface ReportingParts {
  digests: Pick<DigestStore, 'listSchedules' | 'listRuns'>;
  outbox: Pick<OutboxStore, 'statesOf'>;
  alerts: Pick<AlertStore, 'listAbout'>;
  channels: readonly ChannelDeclaration[];
  hosts: readonly HostDeclaration[];
}

/** Before every run there is. */
const FIRST_DAY = '1970-01-01';

/**
 * Tells for findings of one host which channels heard of them by a digest. `onlyChannel`: the one
 * that may be spoken of; null for all. Rejects with `OutsideError` when the store fails.
 */
export async function reportingOf(
  { digests, outbox, channels, hosts }: ReportingParts,
  host: string,
  onlyChannel: string | null,
): Promise<
  (finding: StoredFinding, acceptances: readonly StoredAcceptance[]) => Promise<Reporting[]>
> {
  const runs = await digestRuns({ digests, channels, hosts }, host, onlyChannel);
  return (finding, acceptances) =>
    Promise.all(
      [...runs].map(async ([channel, { done, isOff }]) => {
        const seen = done.filter((run) => composedAt(run) >= Date.parse(finding.firstSeen));
        const told = seen.find((run) => !wasAccepted(acceptances, composedAt(run)));
        if (told !== undefined) {
          return { channel, digest: await describe(outbox, told, told === done[0]), reason: null };
        }
        const accepted = seen.length > 0 ? 'it was accepted when each digest since was made' : null;
        const off = isOff ? 'the digest is off' : 'no digest was made since it was first seen';
        return { channel, digest: null, reason: accepted ?? off };
      }),
    );
}

/** When what a run says was made, in epoch milliseconds. */
export const composedAt = ({ composedAt: at, finishedAt }: DigestRun): number =>
  at ?? finishedAt ?? 0;

/** The digests that were made for each channel about a host, in order of their days. */
export async function digestRuns(
  { digests, channels, hosts }: Pick<ReportingParts, 'digests' | 'channels' | 'hosts'>,
  host: string,
  onlyChannel: string | null,
): Promise<Map<string, { done: DigestRun[]; isOff: boolean }>> {
  const schedules = schedulesInForce(await digests.listSchedules(), channels);
  const runs = new Map<string, { done: DigestRun[]; isOff: boolean }>();
  // Somebody may have asked for one where none is scheduled.
  const names = [...schedules.map(({ channel }) => channel), ...channels.map(({ id }) => id)];
  for (const channel of new Set(names)) {
    const words = channels.find(({ id }) => id === channel)?.hosts ?? null;
    const isTold = onlyChannel === null || onlyChannel === channel;
    if (!isTold || !(words === null || isAmong(host, words, hosts))) continue;
    const schedule = schedules.find((one) => one.channel === channel);
    const all = await digests.listRuns(channel, FIRST_DAY);
    const done = all.filter(({ state }) => state === 'done');
    if (schedule !== undefined || done.length > 0) {
      runs.set(channel, { done, isOff: schedule?.isOff ?? true });
    }
  }
  return runs;
}

/** True for one that the words mean, also where it is no longer declared. */
const isAmong = (host: string, words: readonly string[], hosts: readonly HostDeclaration[]) =>
  words.includes(host) || hostsAmong(words, hosts).some(({ name }) => name === host);

const wasAccepted = (acceptances: readonly StoredAcceptance[], at: number): boolean =>
  acceptances.some(({ madeAt, until, ended }) => {
    const end = Math.min(
      Date.parse(until),
      ended ? Date.parse(ended.at) : Number.POSITIVE_INFINITY,
    );
    return Date.parse(madeAt) <= at && at < end;
  });

const describe = async (
  outbox: ReportingParts['outbox'],
  run: DigestRun,
  isFirst: boolean,
): Promise<NonNullable<Reporting['digest']>> => ({
  day: run.day,
  at: isoTime(composedAt(run)),
  isFirst,
  ...(await digestDelivery(outbox, run)),
});

/** The update is the parent in its last form, which alone has everything. */
export const digestDelivery = (outbox: ReportingParts['outbox'], run: DigestRun) =>
  deliveryOf(outbox, digestKey(run, 'update'));

/** Alerts about a finding while it is open; `onlyChannel` as in `reportingOf`. */
export async function alertsAbout(
  { alerts, outbox }: Pick<ReportingParts, 'alerts' | 'outbox'>,
  { host, fingerprint, firstSeen }: StoredFinding,
  onlyChannel: string | null,
): Promise<AlertReport[]> {
  const key = findingKey(host, fingerprint);
  const ofNow = ((await alerts.listAbout([key])).get(key) ?? [])
    .filter(({ resolved }) => resolved === null || resolved.at >= Date.parse(firstSeen))
    .filter(({ channel }) => onlyChannel === null || onlyChannel === channel);
  return Promise.all(ofNow.map((alert) => reportOf(outbox, alert)));
}

/** What became of the message of an alert. */
export const reportOf = async (
  outbox: ReportingParts['outbox'],
  { channel, firstAt, messageId, acknowledged, assigned }: AlertAbout,
): Promise<AlertReport> => ({
  channel,
  at: isoTime(firstAt),
  acknowledgedBy: acknowledged?.by ?? null,
  assignedTo: assigned?.to ?? null,
  ...(messageId === null
    ? { delivery: 'silent', trouble: null }
    : await deliveryOf(outbox, alertKey(messageId, 'post'))),
});

async function deliveryOf(
  outbox: ReportingParts['outbox'],
  key: string,
): Promise<{ delivery: Delivery; trouble: string | null }> {
  const [message] = await outbox.statesOf([key]);
  const trouble = message && message.state !== 'sent' ? message.lastError : null;
  return { delivery: message?.state ?? 'unknown', trouble };
}
