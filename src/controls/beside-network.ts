import { type UnlistedNetwork, unlistedNetwork } from '../snapshot/unlisted-network.ts';
import type { ControlFacts } from './control-facts.ts';
import { showsOthers } from './entering.ts';
import { placeOf } from './namespace-place.ts';
import type { OwnFacts } from './own-facts.ts';

/** What its processes tell of networks beside that of the main one; sentences, and null for nothing. */
export interface BesideNetwork {
  /** Why a process of it may be in the network of the host, which no number tells. */
  networkDoubt: string | null;
  /** A process of it that is in the network of another container. */
  networkVisit: string | null;
  /** A network in which it is though it, or the one whose network it joined, was given none. */
  networkUnlisted: UnlistedNetwork | null;
}

/**
 * Looks where its processes are beside its own network. What makes networks, as an engine or systemd in a container, is
 * not doubted for them: who enters the host's has to see it.
 */
export function besideNetwork(facts: ControlFacts): BesideNetwork {
  const place = placeOf(facts, 'network');
  const doubt = place?.doubt ?? null;
  const makesNetworks = facts.container.configuredCapabilities.includes('CAP_SYS_ADMIN');
  const isExplained = doubt?.isApart && makesNetworks && !showsOthers(facts);
  return {
    networkDoubt: isExplained ? null : (doubt?.why ?? null),
    networkVisit: place?.visit ?? null,
    networkUnlisted: unlistedIn(facts),
  };
}

/** By its own main process where that was read: whose network it joined may have ended since. */
function unlistedIn(facts: ControlFacts): UnlistedNetwork | null {
  const owner = ownerOfNetwork(facts);
  const seen = facts.seenMounts.kernel ?? owner?.seenMounts.kernel ?? null;
  return owner ? unlistedNetwork(owner.container, seen) : null;
}

/** Whose network it is in; undefined for one that is not known. */
function ownerOfNetwork(facts: ControlFacts): OwnFacts | undefined {
  const { resolved, via } = facts.container.networkNamespace;
  if (resolved === 'private') return facts;
  return resolved === 'shared' ? facts.named.get(via.at(-1) ?? '') : undefined;
}
