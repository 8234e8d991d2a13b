import { type Foreign, field, isAbsent } from '../foreign.ts';
import { nameText } from '../name-text.ts';

/** The service that a container was made for, as its labels say. */
export interface ServiceNames {
  composeProject: string | null;
  composeService: string | null;
  swarmService: string | null;
}

/** One label of a container; null where it has none of that name, or an empty one. */
export const labelIn = (labels: Foreign, name: string): string | null =>
  isAbsent(labels) || isAbsent(field(labels, name)) ? null : nameText(field(labels, name)) || null;

/** Reads them from the labels of an inspected or of a listed container. Throws as `field` does. */
export const serviceNames = (labels: Foreign): ServiceNames => ({
  composeProject: labelIn(labels, 'com.docker.compose.project'),
  composeService: labelIn(labels, 'com.docker.compose.service'),
  swarmService: labelIn(labels, 'com.docker.swarm.service.name'),
});
