import type { HostSettings, Settings } from '../config/load-settings.ts';
import type { Sighting } from '../ports/watch-store.ts';
import { type OwnScans, type OwnScansParts, openOwnScans } from '../schedule/own-scans.ts';
import type { Logger } from '../shared/logger.ts';
import { openWatch, type Watch } from '../watch/open-watch.ts';
import type { Peer, WatchParts } from '../watch/watch-parts.ts';
import type { Core } from './assemble.ts';
import { unwatchedHosts } from './host-directory.ts';
import type { Presence } from './presence.ts';

/**
 * Listens from now on to this process's share of the hosts that are meant to be watched; to all of them without
 * a presence. Rejects with `OutsideError` when the database fails at first.
 */
export async function startWatching(
  {
    settings,
    log,
    presence,
    isHub = false,
  }: { settings: Settings; log: Logger; presence: Presence | null; isHub?: boolean },
  core: Core,
  told: Pick<WatchParts, 'onStored' | 'onTurn'>,
): Promise<Watch> {
  const { context, directory, store, processId, loadWatchDoors } = core;
  const alone: Peer = { id: processId, role: 'serve', weight: 1, isDraining: false };
  const { hosts } = settings;
  const isWatched = ({ watch }: HostSettings) => watch !== false;
  const names = (of: readonly HostSettings[]) => of.map(({ name }) => name);
  await store.watches.retire(names(hosts.filter((host) => !isWatched(host))));
  return openWatch({
    hosts: directory.watched,
    dialled: directory.dialled,
    isHub,
    openDoor: await loadWatchDoors(),
    store: store.watches,
    rules: context.rules,
    policy: context.policy,
    collect: { ownerLabel: context.owners?.label ?? null },
    now: presence?.now ?? context.now,
    owner: processId,
    peers: presence?.peers ?? (async () => [alone]),
    log,
    ...told,
  });
}

/** When happened what is news, in epoch milliseconds, without what a list told. */
export const timesOfEvents = (news: readonly Sighting[]): number[] =>
  news.filter(({ timeNano }) => timeNano !== null).map(({ at }) => at);

/**
 * Scans hosts by itself from now on, as the settings want it. `presence` is null for a process that shares its
 * database with no other.
 */
export const scanUnasked = (
  { hosts, scans }: Pick<Settings, 'hosts' | 'scans'>,
  parts: Pick<OwnScansParts, 'context' | 'log' | 'onScan' | 'reaches'>,
  presence: Presence | null,
): OwnScans =>
  openOwnScans({
    ...{ ...parts, everyMs: scans.everyMs, unwatched: unwatchedHosts(hosts) },
    isOneOfMany: presence !== null && presence.live().length > 1,
  });
