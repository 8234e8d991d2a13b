import { fullAccess } from '../src/command/access.ts';
import { runLine } from '../src/command/run-line.ts';
import { scanHosts } from '../src/inspections/scan-hosts.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { SnapshotTaker } from '../src/ports/scan-queue.ts';
import type { Core } from '../src/programs/assemble.ts';
import type { Snapshot } from '../src/snapshot/snapshot.ts';
import { answerDocument } from '../src/views/answer.ts';
import { terminalText } from '../src/views/terminal-text.ts';
import {
  dailyScanAt,
  filesystemsRead,
  firstDay,
  isDown,
  lastDay,
  lastDigest,
  outages,
  type SampleHost,
  type Step,
  sampleHosts,
  sightings,
  stepAt,
  steps,
  timeOf,
  typedLines,
} from './sample/timeline.ts';
import { storeSampleFilesystems } from './sample-filesystems.ts';
import { storeSighting } from './sample-sighting.ts';

/** Hands the time of the story from one thing that happens to the next. */
export interface StoryClock {
  now: number;
}

interface Event {
  at: number;
  work: () => Promise<void>;
}

/** #security of the local workspace. */
const CHANNEL = 'C0SECURIT';
const LEASE_MS = 60_000;
const days = Array.from({ length: lastDay - firstDay + 1 }, (_, index) => firstDay + index);
/** A scan begins so long after what it is to find. */
const AFTER_MS = 60_000;

/**
 * Lives the story of the sample hosts up to `startedAt` through the real code: scans, verdicts, lines
 * that people typed, and sightings, in a core whose clock is `clock`. Rejects when the story does not
 * fit what the hosts answer.
 */
export async function liveSampleHistory(
  { context, ...parts }: Core,
  { clock, startedAt }: { clock: StoryClock; startedAt: number },
): Promise<void> {
  const snapshots = readOnceAStep(context.snapshots, { now: context.now, startedAt });
  const core: Core = { ...parts, context: { ...context, snapshots } };
  const events = [
    ...scans(core, startedAt),
    ...typedLines.map(({ by, line, ...moment }) => ({
      at: timeOf(moment, startedAt),
      work: () => type(core, by, line),
    })),
    ...sightings.map((sighting) => ({
      at: timeOf(sighting.from, startedAt) + AFTER_MS,
      work: () => storeSighting(core, sighting, startedAt),
    })),
  ];
  const readAt = timeOf(filesystemsRead, startedAt);
  events.push({ at: readAt, work: () => storeSampleFilesystems(core.store, readAt) });
  const digestAt = timeOf(lastDigest, startedAt);
  events.push({ at: digestAt, work: () => noteDigest(core, digestAt) });
  for (const { at, work } of events.sort((a, b) => a.at - b.at)) {
    if (at >= startedAt) break;
    clock.now = at;
    await work();
  }
}

/** Each host once a day, after each of its steps of that day if there are any, and around outages. */
function scans({ context }: Core, startedAt: number): Event[] {
  const scan = (name: SampleHost) => async () => {
    await scanHosts(
      context,
      context.hosts.filter((host) => host.name === name),
    );
  };
  return sampleHosts.flatMap((host) => {
    const daily = days.flatMap((day) => {
      const own = steps.filter((step) => step.host === host && step.day === day && !isUnseen(step));
      const times = own.map((step) => timeOf(step, startedAt) + AFTER_MS);
      return times.length > 0 ? times : [timeOf({ day, at: dailyScanAt }, startedAt)];
    });
    const around = outages.filter((outage) => outage.host === host);
    const edges = around.flatMap(({ from, to }) => [from, to]).map((at) => timeOf(at, startedAt));
    return [...daily, ...edges].map((at) => ({ at, work: scan(host) }));
  });
}

/** True for what comes and goes between two scans. */
const isUnseen = ({ host, day, at }: Step): boolean =>
  sightings.some(
    (one) =>
      one.host === host && [one.from, one.to].some((time) => time.day === day && time.at === at),
  );

async function type({ context }: Core, by: string, line: string): Promise<void> {
  const actor = { id: `U0${by.toUpperCase()}`.padEnd(9, '0'), name: by, place: CHANNEL };
  const answer = await runLine(
    { ...context, freshWithinMs: null, actor, onProgress: () => {} },
    { text: line, access: fullAccess, reference: 'sample' },
  );
  if (answer.kind !== 'problem') return;
  throw new Error(`the sample's line “${line}”: ${terminalText(answerDocument(answer))}`);
}

/** That a digest was posted, so that the next one is about what changed since. */
async function noteDigest({ context }: Core, at: number): Promise<void> {
  const day = new Date(at).toISOString().slice(0, 10);
  const run = { channel: CHANNEL, day };
  const lease = { owner: 'sample', leaseMs: LEASE_MS };
  const plan = { ...run, timezone: 'UTC', dueAt: at, scheduledBy: null };
  const held = await context.digests.claimRun(plan, lease, at);
  if (typeof held === 'object') await context.digests.completeRun(run, [], held, at);
}

/**
 * Takes snapshots of sample hosts over their engines, but not twice at the same step of the timeline:
 * an engine to which nothing happened says the same again, and a month has to pass in a second or two.
 */
function readOnceAStep(
  { takeSnapshot }: SnapshotTaker,
  { now, startedAt }: { now: Clock; startedAt: number },
): SnapshotTaker {
  const taken = new Map<string, Snapshot>();
  return {
    async takeSnapshot(name, onProgress, knownImages) {
      const host = sampleHosts.find((one) => one === name) ?? unknownHost(name);
      const at = now();
      if (isDown(host, at, startedAt)) return takeSnapshot(name, onProgress, knownImages);
      const key = `${host} ${stepAt(host, at, startedAt).id}`;
      const earlier = taken.get(key);
      if (earlier !== undefined) return { ...earlier, takenAt: new Date(at).toISOString() };
      const snapshot = await takeSnapshot(name, onProgress, knownImages);
      taken.set(key, snapshot);
      return snapshot;
    },
  };
}

function unknownHost(name: string): SampleHost {
  throw new Error(`${name} is no sample host`);
}
