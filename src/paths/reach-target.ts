import type { Evidence } from '../snapshot/evidence.ts';
import type { ListeningSocket } from '../snapshot/facts/listeners.ts';

/** What can be reached, worst first. */
export const reachKinds = ['engine', 'way', 'host', 'container', 'published', 'outside'] as const;
/**
 * `engine`: its API, over a socket or TCP; `way`: what is as good as the host itself; `host`: what
 * listens on the host's network; `container`: another container; `published`: a port of another
 * container on the host; `outside`: other machines.
 */
export type ReachKind = (typeof reachKinds)[number];

/**
 * `measured`: the kernel shows it, e.g. a socket that waits; `configured`: the configuration says so;
 * `unknown`: nobody could tell, `reason` says why. Packet filters are not read in any case.
 */
export const reachCertainties = ['measured', 'configured', 'unknown'] as const;
export type ReachCertainty = (typeof reachCertainties)[number];

/** The way from the container to what it reaches. */
export interface ReachedThrough {
  /**
   * `gateway`: the host's address in a network of the container; `route`: what the host passes on;
   * `processes`: a PID namespace that they share, or a mount that shows them; `holding`: what it is given, e.g. a mount.
   */
  kind: 'network' | 'namespace' | 'gateway' | 'route' | 'host-network' | 'processes' | 'holding';
  /** Name of the network, of who shares the namespace, or a clause on what it holds. */
  name: string;
}

export interface ReachTarget {
  kind: ReachKind;
  /** Who or what it is. */
  name: string;
  /** Where it is reached; null where that is no address. */
  address: string | null;
  /** Null for all, or where it is not known which. */
  port: number | null;
  protocol: 'tcp' | 'udp' | 'sctp' | null;
  through: ReachedThrough;
  certainty: ReachCertainty;
  /** Why nobody could tell; null unless that is so. */
  reason: string | null;
  /** What must be true besides; completes “this needs: …”. */
  conditions: string[];
  evidence: Evidence[];
}

/** Something that may be reachable and was not read. */
export interface ReachGap {
  what: string;
  reason: string;
}

/** Something that is not reachable by what the configuration says. */
export interface ReachClosed {
  what: string;
  because: string;
}

export interface Found {
  targets: ReachTarget[];
  unknown: ReachGap[];
  closed: ReachClosed[];
}

export const nothing: Found = { targets: [], unknown: [], closed: [] };

/** Nothing but this, which may be reachable and was not read. */
export const notRead = (what: string, reason: string): Found => ({
  ...nothing,
  unknown: [{ what, reason }],
});

/** Nothing but this, which the configuration keeps away. */
export const keptAway = (what: string, because: string): Found => ({
  ...nothing,
  closed: [{ what, because }],
});

export const together = (...parts: readonly Found[]): Found => ({
  targets: parts.flatMap(({ targets }) => targets),
  unknown: parts.flatMap(({ unknown }) => unknown),
  closed: parts.flatMap(({ closed }) => closed),
});

/** A target that needs nothing besides; the caller says what differs. */
export function reached(
  target: Pick<ReachTarget, 'kind' | 'name' | 'through' | 'certainty' | 'evidence'> &
    Partial<ReachTarget>,
): ReachTarget {
  return { address: null, port: null, protocol: null, reason: null, conditions: [], ...target };
}

/** A socket that waits, as the kernel's table has it. */
export const socketEvidence = ({ protocol, family, address, port }: ListeningSocket): Evidence => ({
  path: 'listening',
  value: `${address.includes(':') ? `[${address}]` : address}:${port}/${protocol}`,
  source: `/proc/PID/net/${protocol}${family === 'ipv6' ? '6' : ''}`,
});

/** Each place once: sockets of two families on one port are one place where they meet one address. */
export function uniquePlaces(targets: readonly ReachTarget[]): ReachTarget[] {
  const byPlace = new Map<string, ReachTarget>();
  for (const target of targets) {
    const { kind, name, protocol, address, port, through } = target;
    const key = JSON.stringify([kind, name, protocol, address, port, through]);
    if (!byPlace.has(key)) byPlace.set(key, target);
  }
  return [...byPlace.values()];
}
