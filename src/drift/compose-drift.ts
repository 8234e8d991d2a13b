import { containerKey } from '../rules/container-key.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { compareFields, configuredFields, type FieldChange } from './configured-fields.ts';

/** What Compose's own mark on a container proves. */
export interface ComposeDrift {
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
