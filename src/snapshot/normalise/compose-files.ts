import { type Foreign, field, isAbsent, textOrEmpty } from '../foreign.ts';
import { normaliseHostPath } from './host-path.ts';

/** More are no files of a project; longer ones no path of Linux. */
const FILES_MAX = 20;
const PATH_MAX = 4_096;

/**
 * The files from which Compose made a container, as paths of the machine where it ran, by the labels that it gives;
 * absent where they tell none. Throws as `field` does.
 */
export function composeFiles(labels: Foreign): { composeFiles?: string[] } {
  const label = (name: string): string => {
    const found = isAbsent(labels) ? labels : field(labels, `com.docker.compose.project.${name}`);
    return isAbsent(found) ? '' : textOrEmpty(found);
  };
  const folder = label('working_dir') || '.';
  const files = label('config_files')
    .split(',', FILES_MAX)
    // Before version 2 they were named from the folder of the project.
    .filter((file) => file !== '')
    .map((file) => (file.startsWith('/') ? file : `${folder}/${file}`))
    .filter((path) => path.startsWith('/') && path.length <= PATH_MAX)
    .map(normaliseHostPath);
  return files.length === 0 ? {} : { composeFiles: [...new Set(files)] };
}
