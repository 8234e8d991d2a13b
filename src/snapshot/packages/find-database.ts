import { OutsideError } from '../../shared/errors.ts';
import type { PathStat } from '../normalise/path-stat.ts';
import { BelowMount, type ContainerFiles } from './container-files.ts';
import { type PackageFormat, packageFormats } from './package-formats.ts';
import type { KnownPlace } from './package-memory.ts';

/** A package database as its stat tells it. */
export interface FoundDatabase {
  /** Null: there is none of a format that we know. */
  database: { format: PackageFormat; realPath: string; sizeBytes: number } | null;
  /** Tells this state of the database from every other: whatever changes it changes size or time. */
  mark: string;
  /** Time of its last change; null where there is none. */
  modifiedAt: string | null;
  place: KnownPlace;
}

/**
 * Looks where containers of the same image had it, without looking at the way there. Null when the
 * container differs from them. Rejects with `OutsideError` and `BelowMount`.
 */
export async function lookAtKnown(
  files: ContainerFiles,
  known: KnownPlace,
): Promise<FoundDatabase | null> {
  if ('absent' in known) {
    const stats = await Promise.all(known.absent.map((path) => files.stat(path)));
    return stats.every((stat) => stat === null) ? nothing(known.absent) : null;
  }
  const stat = await files.stat(known.realPath);
  const isThere = stat?.kind === known.format.kind && !isEmpty(known.format, stat);
  return isThere ? found(known.format, known.realPath, stat) : null;
}

/**
 * Looks for every format, folder by folder. An empty file, as images have of a manager that is not
 * theirs, counts when nothing else is there. Rejects with `OutsideError`, and with `BelowMount` where
 * a database may hide.
 */
export async function searchDatabase(files: ContainerFiles): Promise<FoundDatabase> {
  await files.resolveMounts();
  let empty: FoundDatabase | null = null;
  let covered: BelowMount | null = null;
  for (const format of packageFormats) {
    try {
      const path = await files.follow(format.path);
      if (path.state !== 'present') continue;
      const stat = await files.stat(path.realPath);
      if (stat?.kind !== format.kind) continue;
      const one = found(format, path.realPath, stat);
      if (!isEmpty(format, stat)) return one;
      empty ??= one;
    } catch (error) {
      if (!(error instanceof BelowMount)) throw error;
      covered ??= error;
    }
  }
  if (covered) throw covered;
  return empty ?? nothing(files.absentPaths());
}

/** The size of a directory says nothing. */
const isEmpty = ({ kind }: PackageFormat, { sizeBytes }: PathStat): boolean =>
  kind === 'file' && sizeBytes === 0;

function found(format: PackageFormat, realPath: string, stat: PathStat): FoundDatabase {
  const { sizeBytes, modifiedAt } = stat;
  if (sizeBytes === null || modifiedAt === null) {
    const detail = `HEAD /containers/{id}/archive: no size and time of ${realPath}`;
    throw new OutsideError('engine-invalid-answer', detail);
  }
  return {
    database: { format, realPath, sizeBytes },
    mark: JSON.stringify([realPath, sizeBytes, modifiedAt]),
    modifiedAt,
    place: { format, realPath },
  };
}

const nothing = (absent: readonly string[]): FoundDatabase => ({
  database: null,
  mark: '',
  modifiedAt: null,
  place: { absent },
});
