import { type Foreign, fieldWithin, isAbsent, nameText, textOrEmpty } from '../foreign.ts';
import { normaliseHostPath } from './host-path.ts';

/** The service that a container was made for, as its labels say. */
export interface ServiceNames {
  composeProject: string | null;
  composeService: string | null;
  swarmService: string | null;
}

/** One label of a container; null where it has none of that name, or an empty one. */
export function labelIn(labels: Foreign, name: string): string | null {
  const label = fieldWithin(labels, name);
  return isAbsent(label) ? null : nameText(label) || null;
}

/** Reads them from the labels of an inspected or of a listed container. Throws as `field` does. */
export const serviceNames = (labels: Foreign): ServiceNames => ({
  composeProject: labelIn(labels, 'com.docker.compose.project'),
  composeService: labelIn(labels, 'com.docker.compose.service'),
  swarmService: labelIn(labels, 'com.docker.swarm.service.name'),
});

/** More are no files of a project; longer ones no path of Linux. */
const FILES_MAX = 20;
const PATH_MAX = 4_096;

/**
 * The files from which Compose made a container, as paths of the machine where it ran, by the labels that it gives;
 * absent where they tell none. Throws as `field` does.
 */
export function composeFiles(labels: Foreign): { composeFiles?: string[] } {
  const label = (name: string): string =>
    textOrEmpty(fieldWithin(labels, `com.docker.compose.project.${name}`));
  const folder = label('working_dir') || '.';
  const files = label('config_files')
    .split(',', FILES_MAX)
    // What was loaded from elsewhere is no file here, and its address may have a token.
    .filter((file) => !file.includes('://'))
    // Before version 2 they were named from the folder of the project.
    .filter((file) => file !== '')
    .map((file) => (file.startsWith('/') ? file : `${folder}/${file}`))
    .filter((path) => path.startsWith('/') && path.length <= PATH_MAX)
    .map(normaliseHostPath);
  return files.length === 0 ? {} : { composeFiles: [...new Set(files)] };
}
