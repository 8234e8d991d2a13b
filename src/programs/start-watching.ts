import type { HostSettings, Settings } from '../config/load-settings.ts';
import type { Logger } from '../shared/logger.ts';
import { openWatch, type Watch } from '../watch/open-watch.ts';
import type { WatchParts } from '../watch/watch-parts.ts';
import type { Core } from './assemble.ts';
import type { Presence } from './presence.ts';

/**
 * Listens from now on to this process's share of the hosts that are meant to be watched. Rejects with
 * `OutsideError` when the database fails at first.
 */
export async function startWatching(
  { settings, log, presence }: { settings: Settings; log: Logger; presence: Presence },
  core: Core,
  told: Pick<WatchParts, 'onStored' | 'onTurn'>,
): Promise<Watch> {
  const { context, store, loadWatchDoors } = core;
  const { hosts } = settings;
  const isWatched = ({ watch }: HostSettings) => watch !== false;
  const names = (of: readonly HostSettings[]) => of.map(({ name }) => name);
  await store.watches.retire(names(hosts.filter((host) => !isWatched(host))));
  return openWatch({
    hosts: names(hosts.filter(isWatched)),
    openDoor: await loadWatchDoors(),
    store: store.watches,
    rules: context.rules,
    policy: context.policy,
    collect: { ownerLabel: context.owners?.label ?? null },
    now: context.now,
    owner: presence.id,
    peers: presence.peers,
    log,
    ...told,
  });
}
