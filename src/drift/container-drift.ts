import type { Ending } from '../findings/acceptance.ts';
import { containerKey } from '../rules/container-key.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import {
  type ConfiguredFields,
  compareFields,
  configuredFields,
  type FieldChange,
} from './configured-fields.ts';
import { type ImageDeclaration, imageChanges } from './image-declaration.ts';

/** In what a container differs from how it should look. */
export interface ContainerDrift {
  /** Against what was approved; null when nobody approved it. */
  baseline: (Pick<Baseline, 'by' | 'madeAt' | 'reason'> & { changes: FieldChange[] }) | null;
  /** Null without a hash of Compose. */
  compose: ComposeDrift | null;
  /** Against what its image declares; null when the image was not read. */
  image: FieldChange[] | null;
}

/** `states` as for `composeDrift`; `baseline`: the one that holds for the container. */
export function containerDrift(
  container: { facts: ContainerFacts; imageDeclares: ImageDeclaration | null },
  states: Parameters<typeof composeDrift>[1],
  baseline: Baseline | null,
): ContainerDrift {
  const { facts, imageDeclares } = container;
  return {
    baseline: baseline && {
      by: baseline.by,
      madeAt: baseline.madeAt,
      reason: baseline.reason,
      changes: compareFields(baseline.fields, configuredFields(facts)),
    },
    compose: composeDrift(facts, states),
    image: imageDeclares && imageChanges(facts, imageDeclares),
  };
}

/**
 * Fields in which a container no longer is what was approved or what Compose made. A difference to
 * its image is mostly meant, and one to its siblings does not say which of them is right.
 */
export function driftedFields({ baseline, compose }: ContainerDrift): string[] {
  const changes = [...(baseline?.changes ?? []), ...(compose?.changed?.changes ?? [])];
  return [...new Set(changes.map(({ field }) => field))];
}

/** How a container should look, as somebody approved it; the newest of its key holds. */
export interface Baseline {
  host: string;
  /** Stable name: `project/service`, swarm service, or the container's name. */
  key: string;
  /** The container that was looked at. */
  container: string;
  fields: ConfiguredFields;
  reason: string | null;
  by: string;
  /** ISO time. */
  madeAt: string;
  /** Null while it holds. */
  ended: Ending | null;
}

/** What Compose's own mark on a container proves. */
interface ComposeDrift {
  /** Compose's hash over the configuration of the service that the container was made from. */
  configHash: string;
  /** Existing containers of the same service that were made from another configuration. */
  otherConfiguration: { name: string; createdAt: string }[];
  /**
   * Made from the same configuration and the same image as an earlier one, and different all the
   * same: somebody changed it after Compose, or made it by other means. Null when none is known.
   */
  changed: { since: string; changes: FieldChange[] } | null;
}

/**
 * Compares a container with others of its service by the hash that Compose leaves on them
 * (`com.docker.compose.config-hash`). The hash says that a configuration differs and not in what;
 * containers of one hash and one image must be alike. Null without a hash, and for one-off runs.
 * `states`: what is known of containers of the host, earlier states as well.
 */
export function composeDrift(
  own: ContainerFacts,
  states: readonly { facts: ContainerFacts; exists: boolean; seenAt: string }[],
): ComposeDrift | null {
  const configHash = hashOf(own);
  if (configHash === null) return null;
  const key = containerKey(own);
  const service = states.filter(
    ({ facts }) => containerKey(facts) === key && hashOf(facts) !== null,
  );
  const others = service.filter(
    ({ facts, exists }) => exists && facts.id !== own.id && hashOf(facts) !== configHash,
  );
  const alike = service
    .filter(({ facts }) => hashOf(facts) === configHash && facts.imageId === own.imageId)
    .sort((a, b) => (a.seenAt < b.seenAt ? -1 : 1));
  const fields = configuredFields(own);
  const [earliest] = alike;
  const changes = earliest ? compareFields(configuredFields(earliest.facts), fields) : [];
  return {
    configHash,
    otherConfiguration: others.map(({ facts: { name, createdAt } }) => ({ name, createdAt })),
    changed:
      earliest === undefined || changes.length === 0 ? null : { since: earliest.seenAt, changes },
  };
}

/** Facts of an older version have no hash. */
const hashOf = ({ composeConfigHash, isComposeOneOff }: ContainerFacts): string | null =>
  isComposeOneOff ? null : (composeConfigHash ?? null);
