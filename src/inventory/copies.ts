import { UnreadableFile } from './file-kind.ts';
import type {
  LanguageEcosystem,
  LanguagePackage,
  PackageCopy,
  UnreadFile,
} from './filesystem-inventory.ts';
import { languagePackage } from './language-package.ts';

/** Of one file system, and of one file. */
const COPIES_MAX = 500;
/** Lines about what is not kept, of each language one. */
const LOST_MAX = 7;
export const COPIES_OF_FILE_MAX = 1_000;

/** A file that names packages beside those that are installed; none where these have no proper names and versions. */
export function copiesIn(
  ecosystem: LanguageEcosystem,
  path: string,
  reason: string,
  named: readonly (readonly [name: unknown, version: unknown])[],
): UnreadFile[] {
  const copies = named.flatMap(([name, version]): PackageCopy[] => {
    if (typeof version !== 'string') return [];
    try {
      const known = languagePackage(ecosystem, name, version, path);
      return [{ name: known.name, version }];
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      return [];
    }
  });
  return copies.length === 0 ? [] : [{ path, reason, ecosystem, copies }];
}

/**
 * What could not be read and, behind it, copies: each once, and none of what is installed in the same version. Of a language
 * of which there are more copies than are kept, or than make `most` files in all, any package may be there.
 */
export function withoutKnownCopies(
  unread: readonly UnreadFile[],
  packages: readonly LanguagePackage[],
  most: number,
): UnreadFile[] {
  const known = new Set(packages.map((one) => keyOf(one.ecosystem, one)));
  const kept = unread.filter(({ copies }) => copies === undefined);
  const lost = new Map<UnreadFile['ecosystem'], { path: string; files: number }>();
  let count = 0;
  for (const one of unread) {
    const copies = (one.copies ?? []).filter((copy) => {
      const key = keyOf(one.ecosystem, copy);
      return !known.has(key) && known.add(key);
    });
    if (copies.length === 0) continue;
    count += copies.length;
    if (count <= COPIES_MAX && kept.length < most - LOST_MAX) {
      kept.push({ ...one, copies });
      continue;
    }
    const { path, files } = lost.get(one.ecosystem) ?? { path: one.path, files: 0 };
    lost.set(one.ecosystem, { path, files: files + 1 });
  }
  return [
    ...kept,
    ...[...lost].map(([ecosystem, { path, files }]) => {
      const reason = `one of ${files} more files than are kept that name packages beside the installed ones`;
      return { path, reason, ...(ecosystem && { ecosystem }) };
    }),
  ];
}

const keyOf = (ecosystem: UnreadFile['ecosystem'], { name, version }: Partial<LanguagePackage>) =>
  `${ecosystem} ${name} ${version}`;
