import type { VendorStatus } from './advisory.ts';

/** The five answers to "is this package affected by that CVE?", the worst first. */
export const exposureStates = [
  'affected-fix-available',
  'affected-no-fix',
  'unknown',
  'vendor-says-not-affected',
  'not-present',
] as const;
export type ExposureState = (typeof exposureStates)[number];

/** Why nobody can say; each has a sentence of its own. */
export const unknownReasons = [
  /** Nothing of this image was read. */
  'not-inventoried',
  /** Nobody here read what is in it; a list by somebody else names none that is affected, and may leave some out. */
  'only-listed',
  /** The CVE is about packages of a language, and only those of the system were read. */
  'languages-not-inventoried',
  /** Packages of the language were read, but not all: there may be more. */
  'languages-partly-read',
  /** What is installed is not affected, and a copy that lies beside it may be: whether anything loads that nobody knows. */
  'copy-beside',
  /** No package has the name that was asked for, and one has a name that begins with it: which is meant nobody knows. */
  'other-name',
  /** A record is also about packages, or a program, that nobody looks for, as those of NuGet. */
  'ecosystem-not-read',
  /** A program of that name is there which no package manager installed, and no record says its versions. */
  'built-from-source',
  /** `os-release` says too little to tell the release. */
  'release-unknown',
  /** No feed covers the release. */
  'not-covered',
  /** The newest feed of the release is older than the limit. */
  'feed-stale',
  /** The release gets no fixes any more, so that silence says nothing. */
  'end-of-life',
  /** A feed covers the release, and says nothing of this CVE. */
  'no-record',
  /** The feeds of the release say nothing of the package; that which it is built from does, which need not hold here. */
  'of-upstream',
  /** All records of this CVE for the release were taken back. */
  'withdrawn',
  /** The vendor has not decided yet. */
  'undetermined',
  /** Somebody’s statement says that this is being looked at. */
  'under-investigation',
  /** The installed version or one of the record cannot be compared. */
  'unparsable-version',
  /** A record names the package, and not for which releases. */
  'no-release',
  /** The record names the package and no version. */
  'no-version',
  /** The record says from which version on nobody is affected, and nothing of older ones. */
  'older-unclear',
  /** It stands before the first affected version: as a candidate of it with the same numbers, or as a commit without one. */
  'candidate',
  /** The fix is in a module stream, and that of the package is another one or not known. */
  'module-stream',
  /** Another package of the same source is named, and this one is not. */
  'sibling',
  /** Only parts of the package are affected, and whether they are used is not known. */
  'part-of-package',
  /** It was built by somebody else than the distribution whose feed names it. */
  'other-maker',
  /** Headers of a kernel: the kernel is the host's, and judged there. */
  'not-a-kernel',
] as const;
export type UnknownReason = (typeof unknownReasons)[number];

/** What a verdict rests on. */
export interface VerdictRecord {
  /** Of the advisory. */
  id: string;
  source: string;
  /** ISO time of its last change; null where the feed says none. */
  modified: string | null;
  /** The package as the record names it. */
  package: string;
  ecosystem: string;
  /**
   * How it names ours: by its own name, by that of its source, another package of its source; or that it
   * is no record of versions but somebody’s statement.
   */
  through: 'name' | 'source' | 'sibling' | 'statement';
}

/** Who says so in a statement (VEX), and why. */
export interface VerdictAuthor {
  author: string;
  /** ISO time at which it was made, or last changed. */
  at: string;
  /** E.g. `vulnerable_code_not_in_execute_path`; empty without one. */
  justification: string;
  /** The author’s own words: why, or what to do; at most 500 characters, empty without any. */
  note: string;
}

interface OnRecord {
  record: VerdictRecord;
  /** Left out where it rests on no statement. */
  by?: VerdictAuthor;
}

/** One answer for one package and one vulnerability. */
export type Verdict =
  | (OnRecord & {
      state: 'affected-fix-available';
      fixed: string;
      /** The first affected version; null where the record says none: "since an unknown version". */
      introduced: string | null;
    })
  | (OnRecord & {
      state: 'affected-no-fix';
      status: VendorStatus;
      /** The vendor's own words; empty without any. */
      note: string;
      introduced: string | null;
    })
  | (OnRecord & {
      state: 'vendor-says-not-affected';
      /** `fixed`: it was, and this version is repaired. The others: it never was. */
      because: 'fixed' | 'never-affected' | 'outside-of-range';
      fixed: string | null;
      note: string;
    })
  | { state: 'not-present'; record: VerdictRecord }
  | {
      state: 'unknown';
      reason: UnknownReason;
      record: VerdictRecord | null;
      note: string;
      by?: VerdictAuthor;
    };

/** Says that nobody can say, by no record. */
export const unknown = (reason: UnknownReason, note = ''): Verdict => ({
  state: 'unknown',
  reason,
  record: null,
  note,
});

/** True for both states in which a package is affected. */
export const isAffected = (state: ExposureState | undefined): boolean =>
  state === 'affected-fix-available' || state === 'affected-no-fix';

/** The worse of two comes first; of two of one state the order is kept. */
export const byWorst = (a: { state: ExposureState }, b: { state: ExposureState }): number =>
  exposureStates.indexOf(a.state) - exposureStates.indexOf(b.state);

/** True for what somebody says of a version in a statement (VEX). */
export const isByStatement = ({ record }: Verdict): boolean => record?.through === 'statement';
