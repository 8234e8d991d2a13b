import type { Clock } from '../src/ports/clock.ts';
import type { SnapshotTaker } from '../src/ports/snapshot-taker.ts';
import type { Snapshot } from '../src/snapshot/snapshot.ts';
import { isDown, type SampleHost, sampleHosts, stepAt } from './sample/timeline.ts';

/**
 * Takes snapshots of sample hosts over their engines, but not twice at the same step of the timeline:
 * an engine to which nothing happened says the same again, and a month has to pass in a second or two.
 */
export function readOnceAStep(
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
