import type { Ending } from '../findings/acceptance.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { type ComposeDrift, composeDrift } from './compose-drift.ts';
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
