import type { WithoutPackages } from '../facts/packages.ts';
import { type ContainerFiles, onUnseen } from './container-files.ts';
import { OS_RELEASES } from './read-inventory.ts';

/** Of a filesystem that somebody made to be long to describe nothing is remembered. */
const LENGTH_MAX = 4_000;
/** What is put into a folder so shortly before may get the time that the folder has already. */
const SETTLED_MS = 10_000;
/** Times can be set back, as `tar` and `rsync` do: what does not change them is found after this time. */
const SEARCH_AGAIN_MS = 24 * 60 * 60 * 1000;

/**
 * What tells later that a container in which a scan of `takenAt` found no package database still has none, and no
 * `os-release`: the time of each folder that was looked into. Null where that cannot be told, as of a folder that
 * changed during the scan or shortly before.
 */
export const withoutDatabase = (
  files: ContainerFiles,
  takenAt: string,
): Promise<WithoutPackages | null> => describe(files, takenAt).catch(onUnseen(() => null));

async function describe(files: ContainerFiles, takenAt: string): Promise<WithoutPackages | null> {
  for (const path of OS_RELEASES) if ((await files.follow(path)).state !== 'absent') return null;
  const folders: WithoutPackages['folders'] = [];
  for (const path of new Set(files.lookedAt().map(parentOf))) {
    const modifiedAt = await timeOf(files, path);
    const isSettled = Date.parse(modifiedAt ?? '') < Date.parse(takenAt) - SETTLED_MS;
    if (modifiedAt === null || !isSettled) return null;
    folders.push([path, modifiedAt]);
  }
  if (JSON.stringify(folders).length > LENGTH_MAX) return null;
  return { containerId: files.id, folders, searchedAt: takenAt, isOfImage: false };
}

/**
 * Whether what `withoutDatabase` told of a container is so of this one, for a scan of `takenAt`: nothing appeared in
 * its folders that changed their times. After a day, and where nobody can look, that is not known, which is false.
 */
export async function isStillWithout(
  files: ContainerFiles,
  { containerId, folders, searchedAt }: WithoutPackages,
  takenAt: string,
): Promise<boolean> {
  const ageMs = Date.parse(takenAt) - Date.parse(searchedAt);
  if (containerId !== files.id || !(ageMs >= 0 && ageMs < SEARCH_AGAIN_MS)) return false;
  const looking = Promise.all(folders.map(([path]) => timeOf(files, path)));
  const times = await looking.catch(onUnseen(() => []));
  return folders.every(([, modifiedAt], index) => times[index] === modifiedAt);
}

async function timeOf(files: ContainerFiles, path: string): Promise<string | null> {
  const stat = await files.stat(path);
  return stat?.kind === 'directory' ? stat.modifiedAt : null;
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
