import type { Settings } from '../config/load-settings.ts';
import { type OwnScans, type OwnScansParts, openOwnScans } from '../schedule/own-scans.ts';
import { unwatchedHosts } from './host-directory.ts';
import type { Presence } from './presence.ts';

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
