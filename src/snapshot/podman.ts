import { OutsideError } from '../shared/errors.ts';
import type { EngineReader } from './collector.ts';
import type { ContainerFacts } from './facts/container.ts';
import { field, foreign, list, text, textOrEmpty } from './foreign.ts';
import {
  capabilityNames,
  configuredCapabilities,
  podmanCapabilities,
} from './normalise/capabilities.ts';

/** What Podman says of a container through its own API, and not through Docker's. */
export interface PodmanDetails {
  /** Name or path of the program that made it; Docker's API calls every one `oci`. */
  runtime: string;
  /** Capabilities that it was made with, `CAP_` and sorted: they may be the host's own default set. */
  boundingCapabilities: string[];
  /** `host`, `private` or the container that it joins; Docker's API leaves it empty. */
  cgroupMode: string;
}

/**
 * Facts of a container as they are on Podman. It writes out what differs from its default set, which
 * is another than Docker's, and for a privileged container what the host itself lacks.
 */
export function onPodman(facts: ContainerFacts, details: PodmanDetails | null): ContainerFacts {
  const { isPrivileged, addedCapabilities: added, droppedCapabilities: dropped } = facts;
  return {
    ...facts,
    runtime: details?.runtime ?? facts.runtime,
    addedCapabilities: isPrivileged ? [] : added,
    droppedCapabilities: isPrivileged ? [] : dropped,
    configuredCapabilities:
      details?.boundingCapabilities ??
      configuredCapabilities(isPrivileged, added, dropped, podmanCapabilities),
  };
}

/** Null where this call is not allowed or not known, as to a socket proxy. */
export async function podmanDetails(
  engine: EngineReader,
  id: string,
): Promise<PodmanDetails | null> {
  try {
    const answer = await engine.get(`/libpod/containers/${id}/json`);
    const inspected = foreign('GET /libpod/containers/{id}/json', answer);
    return {
      runtime: text(field(inspected, 'OCIRuntime')),
      boundingCapabilities: capabilityNames(list(field(inspected, 'BoundingCaps')).map(text)),
      cgroupMode: textOrEmpty(field(inspected, 'HostConfig', 'CgroupMode')),
    };
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return null;
  }
}
