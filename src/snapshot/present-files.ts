import type { HostFileFact } from './facts/host-files.ts';
import type { HostFileReader } from './host-file-reader.ts';

/** What is known of each path; of those that are all absent the first stands for the rest. */
export async function presentFiles(
  files: HostFileReader,
  paths: readonly string[],
): Promise<HostFileFact[]> {
  const facts = await Promise.all(paths.map((path) => files.examine(path)));
  const present = facts.filter(isThere);
  return present.length > 0 ? present : facts.slice(0, 1);
}

/** Whether there is such a path, as far as anybody could look. */
export const isThere = ({ state }: HostFileFact): boolean => state !== 'absent';
