import { OutsideError } from '../../shared/errors.ts';
import type { PathStat } from '../normalise/path-stat.ts';
import { BelowMount, type ContainerFiles } from './container-files.ts';
import { type PackageFormat, packageFormats } from './package-formats.ts';
import type { KnownPlace } from './package-memory.ts';

interface Database {
  format: PackageFormat;
  realPath: string;
  sizeBytes: number;
}

/** A package database as its stat tells it. */
export interface FoundDatabase {
  /** Null: there is none of a format that we know. */
  database: Database | null;
  /** Databases of other managers, or in other folders, that are no empty files. */
  others: readonly Database[];
  /**
   * Tells this state of the database, and of the others, from every other: whatever changes them changes size or time. Another
   * that somebody adds later changes none of them.
   */
  mark: string;
  /** Time of its last change; null where there is none. */
  modifiedAt: string | null;
  /** Where there is none: every path that had to be looked at to know it. */
  lookedAt: readonly string[];
}

/**
 * Looks where containers of the same image had it, without looking at the way there. Null when the
 * container differs from them. Rejects with `OutsideError` and `BelowMount`.
 */
export async function lookAtKnown(
  files: ContainerFiles,
  known: KnownPlace,
): Promise<FoundDatabase | null> {
  const stat = await files.stat(known.realPath);
  const isThere = stat?.kind === known.format.kind && !isEmpty(known.format, stat);
  return isThere ? found(known.format, known.realPath, stat) : null;
}

/**
 * Looks for every format at once, folder by folder. An empty file, as images have of a manager that is not
 * theirs, counts when nothing else is there. Rejects with `OutsideError`, and with `BelowMount` where
 * a database may hide.
 */
export async function searchDatabase(files: ContainerFiles): Promise<FoundDatabase> {
  await files.resolveMounts();
  const all: FoundDatabase[] = [];
  let empty: FoundDatabase | null = null;
  let covered: BelowMount | null = null;
  const followed = await Promise.allSettled(packageFormats.map(({ path }) => files.follow(path)));
  for (const [index, format] of packageFormats.entries()) {
    const path = followed[index];
    if (path?.status === 'rejected') {
      if (!(path.reason instanceof BelowMount)) throw path.reason;
      covered ??= path.reason;
    }
    if (path?.status !== 'fulfilled' || path.value.state !== 'present') continue;
    const { realPath } = path.value;
    const stat = await files.stat(realPath);
    if (stat?.kind !== format.kind) continue;
    const one = found(format, realPath, stat);
    if (!isEmpty(format, stat)) all.push(one);
    else empty ??= one;
  }
  const [first] = all;
  if (first) return withOthers(first, all);
  if (covered) throw covered;
  return empty ?? { ...NONE_FOUND, lookedAt: files.lookedAt() };
}

/** What dpkg keeps for an image without a shell goes with its own database; one of the old format may be left from a change of formats. */
function withOthers(first: FoundDatabase, all: readonly FoundDatabase[]): FoundDatabase {
  const kept = new Map<string, FoundDatabase>();
  for (const one of all) {
    if (!one.database?.format.archive) continue;
    const { format, realPath } = one.database;
    const folder = realPath.slice(0, realPath.lastIndexOf('/'));
    const place = format.manager === 'dpkg' ? format.manager : folder;
    if (!kept.has(place)) kept.set(place, one);
  }
  const others = [...kept.values()].filter((one) => one !== first);
  if (others.length === 0) return first;
  return {
    ...first,
    others: others.flatMap(({ database }) => database ?? []),
    mark: JSON.stringify([first, ...others].map(({ mark }) => mark)),
  };
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
    others: [],
    mark: JSON.stringify([realPath, sizeBytes, modifiedAt]),
    modifiedAt,
    lookedAt: [],
  };
}

/** There is none, as somebody found out before. */
export const NONE_FOUND: FoundDatabase = {
  database: null,
  others: [],
  mark: '',
  modifiedAt: null,
  lookedAt: [],
};
