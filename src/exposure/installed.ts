import type { PackageInventory } from '../snapshot/facts/packages.ts';

/** One distinct package as the matcher takes it: of a system, or of a language. */
export interface InstalledPackage {
  /** Of the image for packages of its system, e.g. `Debian:12`; of the language otherwise, e.g. `npm`. */
  ecosystem: string;
  name: string;
  version: string;
  /** What it was built from; its own name where that is not told apart. */
  sourceName: string;
  sourceVersion: string;
  /** The package of the system that its files belong to, for one of a language; null for none. */
  ownedBy: string | null;
  /** True for the module that a Go program itself is, and not one that it is made with. */
  isMainModule: boolean;
}

/** The packages of a system, for the matcher. */
export const packagesOfSystem = (
  { packages }: PackageInventory,
  ecosystem: string,
): InstalledPackage[] =>
  packages.map(({ name, version, sourceName, sourceVersion }) => ({
    ecosystem,
    name,
    version,
    sourceName,
    sourceVersion,
    ownedBy: null,
    isMainModule: false,
  }));
