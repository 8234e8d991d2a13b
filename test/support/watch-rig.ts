import { randomUUID } from 'node:crypto';
import { createWatchDoors } from '../../src/engine/watch-door.ts';
import type { EdgeTunnels } from '../../src/ports/edge-tunnels.ts';
import { rules } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { type Logger, silentLogger } from '../../src/shared/logger.ts';
import type { OpenWatchDoor } from '../../src/snapshot/event-source.ts';
import type { Store } from '../../src/store/open-store.ts';
import { openWatch } from '../../src/watch/open-watch.ts';
import {
  type Dialled,
  type Peer,
  type WatchTimings,
  watchTimings,
} from '../../src/watch/watch-parts.ts';

export interface WatchRig {
  close(): Promise<void>;
}

/** A process that shares its database with no other. */
export const loneProcess = (id: string): Peer => ({
  ...{ id, role: 'serve', weight: 1, isDraining: false },
});

/** The real watcher over the real engine's edge, for hosts by name and url. */
export function openWatchRig(
  store: Store,
  hosts: Readonly<Record<string, string>>,
  options: {
    timings?: Partial<WatchTimings>;
    log?: Logger;
    now?: () => number;
    tunnels?: EdgeTunnels;
    onTurn?: (host: string, turn: 'silent' | 'back') => void;
    owner?: string;
    /** Only itself when left out. */
    peers?: () => Promise<readonly Peer[] | null>;
    /** Where those of the hosts are connected that dial out; the others every process reaches. */
    dialled?: () => Dialled;
    /** What stands before the doors of engines. */
    before?: (doors: OpenWatchDoor) => OpenWatchDoor;
  } = {},
): WatchRig {
  const { now = Date.now, log = silentLogger, tunnels, owner = randomUUID() } = options;
  const lone = loneProcess(owner);
  const { dialled, before = (doors) => doors } = options;
  const isShared = (name: string) =>
    dialled === undefined || !Object.values(dialled()).some((one) => one.has(name));
  const watch = openWatch({
    hosts: () => Object.keys(hosts).filter(isShared),
    ...(dialled && { dialled }),
    openDoor: before(
      createWatchDoors({
        hosts: Object.entries(hosts).map(([name, url]) => ({ name, url, tunnels })),
        clock: now,
        ownerLabel: null,
      }),
    ),
    store: store.watches,
    rules,
    policy: defaultPolicy,
    collect: { ownerLabel: null },
    now,
    owner,
    peers: options.peers ?? (async () => [lone]),
    log,
    onStored: () => {},
    onTurn: options.onTurn ?? (() => {}),
    timings: { ...watchTimings, ...options.timings },
  });
  return { close: () => watch.close() };
}
