import type { TrafficOf } from '../engine/engine-traffic.ts';
import type { HostConnection } from '../engine/snapshot-taker.ts';
import type { Clock } from '../ports/clock.ts';
import type { FilesystemReader } from '../ports/filesystem-reader.ts';
import type { PowerReader } from '../ports/power.ts';
import type { SnapshotTaker } from '../ports/scan-queue.ts';
import { keepFirstSuccess } from '../shared/keep-first-success.ts';
import type { OpenWatchDoor } from '../snapshot/event-source.ts';

export interface Engines {
  snapshots: SnapshotTaker;
  filesystemReader: FilesystemReader;
  tryEngine: PowerReader['tryEngine'];
  /** Gives what opens the doors that watching a host needs. */
  loadWatchDoors(): Promise<OpenWatchDoor>;
}

export interface EnginesOptions {
  /** The hosts as they are now. */
  directory: { readonly connections: readonly HostConnection[] };
  traffic: ReturnType<typeof lazyTraffic>;
  now: Clock;
  ownerLabel: string | null;
}

/** Loads nothing: each part is loaded by the first who asks an engine, since most commands ask the database. */
export function openEngines({ directory, traffic, now, ownerLabel }: EnginesOptions): Engines {
  const snapshotTaker = keepFirstSuccess(async () => {
    const { createSnapshotTaker } = await import('../engine/snapshot-taker.ts');
    const trafficOf = await traffic.load();
    return createSnapshotTaker({
      get hosts() {
        return directory.connections;
      },
      ...{ clock: now, collect: { ownerLabel }, trafficOf },
    });
  });
  const filesystemReader = keepFirstSuccess(async () => {
    const { createFilesystemReader } = await import('../engine/filesystem-reader.ts');
    const trafficOf = await traffic.load();
    return createFilesystemReader({
      get hosts() {
        return directory.connections;
      },
      trafficOf,
    });
  });
  return {
    snapshots: { takeSnapshot: async (...asked) => (await snapshotTaker()).takeSnapshot(...asked) },
    filesystemReader: {
      readSystem: async (...asked) => (await filesystemReader()).readSystem(...asked),
      readFilesystem: async (...asked) => (await filesystemReader()).readFilesystem(...asked),
    },
    async tryEngine(host) {
      const { createEnginePower } = await import('../engine/engine-power.ts');
      const trafficOf = await traffic.load();
      return createEnginePower({ hosts: directory.connections, trafficOf }).tryEngine(host);
    },
    async loadWatchDoors() {
      const { createWatchDoors } = await import('../engine/watch-door.ts');
      const trafficOf = await traffic.load();
      return createWatchDoors({
        get hosts() {
          return directory.connections;
        },
        ...{ clock: now, ownerLabel, trafficOf },
      });
    },
  };
}

/** What talks to engines shares it; nobody asked one before it is loaded. */
export function lazyTraffic() {
  let loaded: TrafficOf | null = null;
  return {
    load: keepFirstSuccess(async () => {
      const { createTrafficOf } = await import('../engine/engine-traffic.ts');
      loaded = createTrafficOf();
      return loaded;
    }),
    cutCount: (url: string): number => loaded?.(url).cutCount() ?? 0,
  };
}
