import type { HostDeclaration } from '../ports/declarations.ts';
import type { SocketGuard, TriedCall } from '../ports/power.ts';
import type { OwnProbes } from '../ports/watch-store.ts';
import type { KernelProbeEndpoint } from '../snapshot/collector.ts';

/**
 * How much Seawall may do on an engine beyond what it does. `full-access` was seen, by calls that
 * change nothing; `full-access-assumed` is what follows when nothing that was tried is refused;
 * `more-than-needed`: some is refused; `needed-calls-only`: every call beyond need that was tried is.
 */
export type PowerVerdict =
  | 'full-access'
  | 'full-access-assumed'
  | 'more-than-needed'
  | 'needed-calls-only'
  | 'unknown';

/** A step that takes power away: what it does, and what to type or to write where. */
export interface TakeAway {
  what: string;
  command: string | null;
}

export interface HostPower {
  host: string;
  url: string;
  kind: HostDeclaration['endpoint']['kind'];
  evidence: HostDeclaration['evidence'];
  verdict: PowerVerdict;
  /** What the verdict rests on, and what was not tried. */
  proof: string;
  /** What Seawall could do there, as far as it is known or assumed. */
  holds: string[];
  /** Every call of the host's level. */
  needs: KernelProbeEndpoint[];
  /** Those of them that could be tried without effect, with an id that nothing has. */
  needed: TriedCall[];
  /** Calls that are not needed at this level, tried in the same way. */
  beyondNeed: (TriedCall & { power: string })[];
  /** False at the level `api`, at which no writing call is ever made. */
  wereWritesTried: boolean;
  /** True when the host's level makes containers and nothing stops it: as good as root on the host. */
  createsContainers: boolean;
  /** The local socket; null for another kind of endpoint. */
  socket: SocketGuard | null;
  /** Empty when there is nothing to take away. */
  takeAway: TakeAway[];
  /** Shows in a terminal whether writing calls are let through; null where that is known. */
  check: string | null;
}

export interface ScopePower {
  scope: string;
  state: 'granted' | 'missing' | 'unneeded';
  /** Null for a scope that Seawall does not use. */
  neededFor: string | null;
  /** What is lost without it; null when that is all, or nothing. */
  without: string | null;
}

export interface SlackPower {
  /** Without a token there is no power in Slack at all. */
  hasToken: boolean;
  /** Why the scopes are not known although there is a token; null when they are. */
  unknownReason: string | null;
  scopes: ScopePower[];
  takeAway: TakeAway[];
}

/** What of a host's containers is Seawall itself. */
export interface Self {
  /** That of the program that answers, in the list like any other; null when there is none. */
  container: { host: string; name: string; id: string } | null;
  /** Its probes, which stand in no list; hosts on which none was seen are left out. */
  probes: OwnProbes[];
}
