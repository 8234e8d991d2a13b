import type { Endpoint, KernelProbeEndpoint } from '../snapshot/collector.ts';
import type { PowerWrite } from '../snapshot/power-calls.ts';

/** What became of one call that was only made to see whether it is let through. */
export interface TriedCall {
  call: Endpoint | PowerWrite;
  /**
   * `answered`: the engine itself replied, if only that there is no such container. `refused`: it was
   * turned away. `unclear`: neither is proven.
   */
  outcome: 'answered' | 'refused' | 'unclear';
  /** By whom it was refused: by the engine (an authorization plugin), or before it; null otherwise. */
  by: 'engine' | 'before-engine' | null;
  /** HTTP status; null when there was no answer at all. */
  status: number | null;
}

/** How the engine's local socket is guarded on Seawall's own machine. */
export interface SocketGuard {
  path: string;
  /** POSIX permission bits. */
  mode: number;
  uid: number;
  gid: number;
  /** Who runs Seawall. */
  ownUid: number;
  /** What lets Seawall write to it; null when nothing does. */
  heldAs: 'root' | 'owner' | 'group' | 'anyone' | null;
}

/** What was tried on one engine. Nothing of it can change anything. */
export interface EngineDoorFacts {
  /** Why nothing could be tried; null when the engine could be asked. */
  problem: string | null;
  /** Calls that are needed at the host's level, reading ones first. */
  needs: readonly KernelProbeEndpoint[];
  /** The reading ones of these, tried. */
  needed: TriedCall[];
  unneeded: TriedCall[];
  /** Null at the level `api`, at which no writing call is ever made. */
  writes: TriedCall[] | null;
  /** Null for another kind of endpoint, and where there is no such file. */
  socket: SocketGuard | null;
}

/** Scopes of the bot token as Slack tells them, or why they are not known. */
export type GrantedScopes = { scopes: readonly string[] } | { unknownReason: string };

export interface SlackGrant {
  /** Null without a token. */
  granted: GrantedScopes | null;
  /** What Seawall uses, with the reason and what is lost without it (null: it does not work). */
  needed: readonly { scope: string; neededFor: string; without: string | null }[];
}

/** Finds out what Seawall itself may do. Neither method rejects for the outside. */
export interface PowerReader {
  /** Makes GET and HEAD calls alone at the level `api`; a host that was not given rejects. */
  tryEngine(host: string): Promise<EngineDoorFacts>;
  readSlack(): Promise<SlackGrant>;
}
