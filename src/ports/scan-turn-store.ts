import type { Held, Lease } from './lease.ts';

/** Whose turn it is to scan a host by itself. Times are epoch milliseconds. */

export interface ScanTurn {
  held: Held;
  /** When the newest scan of the host began, whoever asked for it; null before the first. */
  lastScanAt: number | null;
}

/** How the last scan of a host that nobody asked for ended. */
export interface OwnScan {
  host: string;
  endedAt: number;
  /** Why no scan came of it, in a sentence; null when one did. */
  problem: string | null;
}

/** What happened to a host so that it is to be scanned: it fell silent, or can be heard again. */
export type HostTurn = 'silent' | 'back';

export interface ScanTurnStore {
  /** Takes the turn of a host; null while another process has it. */
  claim(host: string, lease: Lease): Promise<ScanTurn | null>;
  /** Holds it as long again as `leaseMs`. */
  extend(host: string, held: Held): Promise<void>;
  /** Gives it up and notes how the scan ended; null: there was none. */
  end(host: string, held: Held, ended: Omit<OwnScan, 'host'> | null): Promise<void>;
  /** When the newest scan of each of these hosts began, whoever asked for it; without those that have none. */
  listLast(hosts: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Hosts of which whoever watches them wants a scan, until one that began after that has ended. */
  listWanted(): Promise<{ host: string; turn: HostTurn }[]>;
  /** How it ended last on these hosts, in order of name; those that never were scanned so are left out. */
  listEnded(hosts: readonly string[]): Promise<OwnScan[]>;
}
