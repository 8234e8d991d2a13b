import type { Reading } from '../shared/reading.ts';
import type { NamedFeed } from './feed-covers.ts';
import type { Component, InstalledPackage } from './installed.ts';
import type { Verdict } from './verdict.ts';

/** What one image has, and how much of it was read. */
export interface AskedInventory {
  /** The ecosystem of its system; unread where the release is not known. */
  ecosystem: Reading<string>;
  /** Of the system, and of languages where these were read; unread where nothing was. */
  packages: Reading<readonly InstalledPackage[]>;
  /** Null where only packages of the system were read. */
  whole: WholeFilesystem | null;
  /** The day since which its release gets no fixes; null while it does, or where nobody knows. */
  endedOn: string | null;
  /** What lists of others have of it, whose names are in `toldBy`. Left out where there is none. */
  listed?: { by: string; packages: readonly InstalledPackage[] };
}

/** What a file system that was read whole says beside its packages. */
export interface WholeFilesystem {
  /** Why there may be more of an ecosystem (null: of any) than was found; null where all was read. */
  unseenOf(ecosystem: string | null): string | null;
  /** Why there may be packages of a system beside those of its database; left out where nothing says so. */
  otherSystem?: string | null;
  /** Packages beside those that are installed, which nobody may load; left out for none. */
  copies?: readonly InstalledPackage[];
  /** Programs that no package manager installed. */
  programs: readonly Component[];
  /** True where it has no package database of a system. */
  isWithoutSystem: boolean;
}

/** That a feed covers an ecosystem; its name is that which records have. */
export interface FeedCoverage extends NamedFeed {
  ecosystem: string;
  /** True where its data is older than the limit. */
  isStale: boolean;
  /** True where it is one record or document, which nobody takes again. */
  isOfOne?: boolean;
}

export interface JudgedPackage {
  installed: InstalledPackage;
  verdict: Verdict;
}

/** Is this image affected by this vulnerability? */
export interface ImageVerdict {
  worst: Verdict;
  /** Each package that a record names, the worst first. */
  packages: JudgedPackage[];
}
