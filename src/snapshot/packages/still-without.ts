import { BelowMount, type ContainerFiles } from './container-files.ts';
import { OS_RELEASES } from './read-inventory.ts';

/** Of a filesystem that somebody made to be long to describe nothing is remembered. */
const LENGTH_MAX = 4_000;

/** A folder, and when something in it was made, renamed or removed for the last time. */
type Folder = [path: string, modifiedAt: string];

/**
 * What tells later that a container in which no package database was found still has none, and no `os-release`: the
 * container, and the time of each folder that was looked into, which is that of before the look. Whatever appears
 * there changes it. Null where that cannot be told. Rejects with `OutsideError`.
 */
export async function withoutDatabase(files: ContainerFiles): Promise<string | null> {
  for (const path of OS_RELEASES) if (!(await isAbsent(files, path))) return null;
  const folders = new Set(files.lookedAt().map(parentOf));
  const found: Folder[] = [];
  for (const path of folders) {
    const modifiedAt = await timeOf(files, path);
    if (modifiedAt === null) return null;
    found.push([path, modifiedAt]);
  }
  const mark = JSON.stringify([files.id, found]);
  return mark.length > LENGTH_MAX ? null : mark;
}

/** Whether what `withoutDatabase` told of a container is so of this one now. Rejects with `OutsideError`. */
export async function isStillWithout(files: ContainerFiles, mark: string): Promise<boolean> {
  const [id, folders] = JSON.parse(mark) as [string, Folder[]];
  if (id !== files.id) return false;
  const times = await Promise.all(folders.map(([path]) => timeOf(files, path)));
  return folders.every(([, modifiedAt], index) => times[index] === modifiedAt);
}

const isAbsent = (files: ContainerFiles, path: string): Promise<boolean> =>
  unlessBelowMount(files.follow(path)).then((found) => found?.state === 'absent');

async function timeOf(files: ContainerFiles, path: string): Promise<string | null> {
  const stat = await unlessBelowMount(files.stat(path));
  return stat?.kind === 'directory' ? stat.modifiedAt : null;
}

const unlessBelowMount = <T>(looking: Promise<T>): Promise<T | null> =>
  looking.catch((error: unknown) => {
    if (error instanceof BelowMount) return null;
    throw error;
  });

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
