import type { AnswerBase } from '../answers/answer-base.ts';
import type { DriftedContainer } from '../answers/diff-answer.ts';
import type { EdgeRemark, HostState } from '../answers/host-state.ts';
import type { Self } from '../answers/own-power.ts';
import type { NextDigest } from '../answers/schedule-in-force.ts';
import type { ProcessState } from '../inspections/process-state.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { OwnScan } from '../ports/scan-turn-store.ts';
import type { SlackLoss } from '../ports/slack-memory.ts';
import { FREE_BYTES_MIN, type StoredSize } from '../ports/store-size.ts';
import type { WatchedHost } from '../ports/watch-store.ts';
import { ageBetween, byteText, compareText, counted, listed } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import { clockNotes } from './clock-notes.ts';
import { nextDigestText } from './digest-schedule.ts';
import {
  heading,
  note,
  type Parts,
  paragraph,
  place,
  strong,
  table,
  type View,
} from './document.ts';
import { driftedParts } from './drift.ts';
import { edgeNotes } from './edge-notes.ts';
import { gradeText } from './grade.ts';
import {
  ageNotes,
  commonestFirst,
  firstNotes,
  fleetNotes,
  HOSTS_SHOWN,
  hostRemark,
  restNotes,
  selfNotes,
  unreadNotes,
} from './host-notes.ts';
import { blindNotes } from './past.ts';
import { processParts } from './process-state.ts';

export interface StatusAnswer extends AnswerBase {
  kind: 'status';
  version: string;
  /** Why the bot is not in Slack any more; null while nothing is known to be wrong. */
  slack: SlackLoss | null;
  /** Channels that refuse digests and alerts, with what Slack said and since when (ISO time). */
  undelivered: { channel: string; since: string; reason: string }[];
  hosts: HostState[];
  /** The processes that share the database, and how far behind their work is. */
  work: ProcessState;
  /** How the hosts are watched; those that never were are left out. */
  watches: WatchedHost[];
  /** What stands out among hosts that dial out. */
  edges: EdgeRemark[];
  /** How the last scans by Seawall itself ended; hosts without one are left out. */
  ownScans: OwnScan[];
  /** When hosts could not be read, or not be watched, in the last thirty days. */
  blind: BlindInterval[];
  /** The one channel of which digests are told; null where they are of all. */
  digestsOf: string | null;
  /** The next digest of every such channel that gets one, soonest first. */
  digests: NextDigest[];
  /** Containers that are no longer as approved, or as Compose made them. */
  drifted: DriftedContainer[];
  self: Self;
  /** How large the database is, and how much room it has. */
  size: StoredSize;
}

/** Hosts of a large fleet that have a row, and problems that are told. */
const LEAST_SEEN = 10;
const PROBLEMS_SHOWN = 5;

/** What is owed to channels that were archived, or that the bot is not in any more. */
function undeliveredParts({ undelivered, takenAt }: StatusAnswer): Parts {
  const told = undelivered
    .slice(0, PROBLEMS_SHOWN)
    .map(({ channel, since, reason }) =>
      paragraph(
        strong('Digests and alerts do not arrive'),
        ' in ',
        place(channel),
        ` (${ageBetween(since, takenAt)}): Slack said ${reason}. They wait for up to a week.`,
      ),
    );
  const hidden = undelivered.length - told.length;
  return [...told, hidden > 0 && note(`… and in ${counted(hidden, 'more channel')}.`)];
}

export const status: View<StatusAnswer> = (answer) => {
  const { version, slack, hosts, digests, drifted, blind, takenAt } = answer;
  const reachable = hosts.filter(({ isReachable }) => isReachable === true).length;
  const unseen = hosts.filter(({ isReachable }) => isReachable === null).length;
  const scanned = hosts.length - unseen;
  const shown = hosts.length > HOSTS_SHOWN ? leastSeen(answer) : hosts;
  const remarked = shown.filter((host) => hostRemark(host) !== '');
  return {
    headline: `Seawall ${version}: ${reachable} of ${counted(hosts.length, 'host')} answered last time`,
    summary: [
      heading(`Seawall ${version}`),
      paragraph(
        `${counted(hosts.length, 'host')}: ${reachable} answered the last scan, `,
        `${scanned - reachable} did not, ${unseen} never scanned.`,
      ),
      slack !== null &&
        paragraph(
          strong('Slack: not connected'),
          ` (${ageBetween(slack.at, takenAt)}): ${slack.reason}. `,
          'Install the app again and start with the new token.',
        ),
      ...undeliveredParts(answer),
      ...processParts(answer.work),
      hosts.length > HOSTS_SHOWN && fleetNotes(hosts, takenAt),
      ...table(
        ['host', 'reachable', 'last scan', 'last good', 'grade', 'answered', 'unknown', 'watched'],
        shown.map((host) => [
          host.name,
          host.isReachable === null ? 'unknown' : host.isReachable ? 'yes' : 'no',
          host.lastScanAt ? ageBetween(host.lastScanAt, takenAt) : 'never',
          host.lastGoodScanAt ? ageBetween(host.lastGoodScanAt, takenAt) : 'never',
          gradeText(host.grade),
          host.coverage
            ? `${host.coverage.answered} of ${host.coverage.total - host.coverage.notApplicable}`
            : '–',
          host.coverage ? String(host.coverage.unknown) : '–',
          watchText(host, answer),
        ]),
      ),
      ...restNotes(hosts.length - shown.length, unreadIn(hosts) - unreadIn(shown), 'hosts'),
      ...clockNotes(hosts),
      ...ownScanNotes(answer),
      ...edgeNotes(answer.edges, takenAt),
      ...selfNotes(answer.self, takenAt),
      ...driftedParts(drifted),
      ...blindNotes(blind),
      ...digests.map((one) =>
        paragraph(
          strong('Next digest'),
          ' in ',
          place(one.channel),
          `: ${nextDigestText(one, takenAt)}`,
        ),
      ),
      digests.length === 0 &&
        paragraph(`No digest is scheduled${answer.digestsOf === null ? '' : ' here'}.`),
      ...sizeParts(answer.size),
      ...(hosts.length > HOSTS_SHOWN ? [] : hosts).map(
        ({ name, unreadSections }) =>
          unreadSections.length > 0 && [paragraph(strong(name)), ...unreadNotes(unreadSections)],
      ),
    ],
    details: ageNotes(remarked, takenAt),
  };
};

/**
 * Of many hosts those of which least is known: first what nobody could read, the longest unread before the others, then what
 * is read with the oldest data by the minute, as the column tells it, and with the most unknown.
 */
function leastSeen({ hosts }: StatusAnswer): HostState[] {
  const unknownOf = ({ coverage }: HostState) => coverage?.unknown ?? 0;
  const minuteOf = ({ lastGoodScanAt }: HostState) => lastGoodScanAt?.slice(0, 16) ?? '';
  return hosts
    .toSorted(
      (a, b) =>
        unreadIn([b]) - unreadIn([a]) ||
        compareText(minuteOf(a), minuteOf(b)) ||
        unknownOf(b) - unknownOf(a) ||
        compareText(a.name, b.name),
    )
    .slice(0, LEAST_SEEN);
}

const unreadIn = (hosts: readonly HostState[]): number =>
  hosts.filter(({ unread }) => unread !== null).length;

/** What keeps Seawall from looking by itself; of many hosts by the problem. */
function ownScanNotes({ ownScans, takenAt }: StatusAnswer): Parts {
  const failed = ownScans.flatMap(({ host, endedAt, problem }) =>
    problem === null ? [] : [{ host, endedAt, problem }],
  );
  if (failed.length > HOSTS_SHOWN) {
    const groups = Map.groupBy(failed, ({ problem }) => problem);
    const notes = commonestFirst(groups).map(([problem, of]) => {
      const names = listed(of.map(({ host }) => host));
      return note(
        `Scans that Seawall began by itself failed on ${counted(of.length, 'host')}: ${problem} (${names})`,
      );
    });
    return firstNotes(notes, PROBLEMS_SHOWN, 'more problem');
  }
  return failed.map(({ host, endedAt, problem }) =>
    note(
      `The scan of ${host} that Seawall began by itself ${ageBetween(isoTime(endedAt), takenAt)} failed: ${problem}`,
    ),
  );
}

function sizeParts({ bytes, disk, tables }: StoredSize): Parts {
  const largest = tables
    .slice(0, 3)
    .map(({ name, bytes: of }) => `${name} ${byteText(of)}`)
    .join(', ');
  const said = paragraph(
    strong('Database'),
    `: ${byteText(bytes)}${disk === null ? '' : `, ${byteText(disk.freeBytes)} free on its disk`}. Largest: ${largest}.`,
  );
  if (disk === null || disk.freeBytes >= FREE_BYTES_MIN) return [said];
  const warning = paragraph(
    strong('Little room'),
    ` on the disk of ${disk.folder}: when it is full, nothing can be kept. Make room there.`,
  );
  return [warning, said];
}

/** Since when no event of a host was missed, or until when. */
function watchText({ name }: { name: string }, { watches, takenAt }: StatusAnswer): string {
  const watch = watches.find(({ host }) => host === name);
  if (watch === undefined || watch.coveredUntil === null) return 'no';
  const age = (at: number) => ageBetween(isoTime(at), takenAt);
  if (watch.since !== null) return `since ${age(watch.since)}`;
  return `not since ${age(watch.coveredUntil)}`;
}
