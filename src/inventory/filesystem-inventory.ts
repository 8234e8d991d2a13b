/** What the package managers of languages, and programs that none of them installed, have in one file system. */
export interface FilesystemInventory {
  /** Each place on its own; without those that a package of the system owns. */
  packages: LanguagePackage[];
  /** Known programs that no package of the system owns, as those that were built from source. */
  programs: FoundProgram[];
  /** Packages of languages and programs that were left out because a package of the system owns them. */
  ownedBySystem: number;
  /** What may hold packages and could not be read: of these it is unknown. */
  unread: UnreadFile[];
  /** Why the file system was not read whole; null for one that was. */
  cut: string | null;
}

/** As OSV writes them, https://ossf.github.io/osv-schema/#affectedpackage-field. */
export type LanguageEcosystem =
  | 'npm'
  | 'PyPI'
  | 'RubyGems'
  | 'Maven'
  | 'Go'
  | 'crates.io'
  | 'Packagist';

export interface LanguagePackage {
  ecosystem: LanguageEcosystem;
  /** As the ecosystem's advisories write it: PyPI’s in lower case with `-`, Maven’s `group:artifact`. */
  name: string;
  /** Null where its build names none: Go’s `(devel)`. */
  version: string | null;
  /** Within the file system, without a leading `/`; what lies in an archive follows after `!/`. */
  path: string;
  purl: string;
  /** For the module that a Go program itself is, and not one that it is made with. */
  isMainModule?: true;
}

export interface FoundProgram {
  /** As it is commonly called, e.g. `redis`. */
  name: string;
  version: string;
  /** As the path of a package. */
  path: string;
  /** The text it was read from, of at most 200 printable characters. */
  evidence: string;
}

export interface UnreadFile {
  path: string;
  reason: string;
  /** Whose packages may be in it (`system`: of no language); left out where its name says so, or nothing does. */
  ecosystem?: LanguageEcosystem | 'system';
  /** The packages of that language that lie in it, where it says so itself; left out where any may. */
  copies?: readonly PackageCopy[];
}

/** A package that lies beside those that are installed: whether anything loads it nobody knows. */
export interface PackageCopy {
  name: string;
  version: string;
}
