import type { VexStatus } from '../exposure/vex-statement.ts';

/** Why a statement (VEX) says nothing here. */
export type UnmatchedReason =
  /** What it speaks of is here, and no feed knows the vulnerability. */
  | 'unknown-vulnerability'
  /** It says fixed, and in no version. */
  | 'fixed-of-all'
  | 'version-differs'
  | 'architecture-differs'
  | 'release-differs'
  | 'release-not-understood'
  /** No inventory has a package of that name. */
  | 'other-package'
  /** The image is here, and its packages are not known. */
  | 'image-not-inventoried'
  | 'no-image'
  /** It names an image by no registry and no digest. */
  | 'image-unclear'
  /** It limits what it says to a part of something that nobody tells apart here. */
  | 'part-of-package'
  /** No package URL and no image. */
  | 'not-understood';

/** Statements that have an effect here, and those that have none. */
export interface UnmatchedStatements {
  total: number;
  /** Of these the first were looked for. */
  looked: number;
  matched: number;
  /** Their author said something newer of the same. */
  superseded: number;
  unmatched: number;
  reasons: Partial<Record<UnmatchedReason, number>>;
  /** The first of those that matched nothing. */
  shown: {
    vulnerability: string;
    status: VexStatus;
    /** The first product, as it was written, and how many there are. */
    product: string;
    products: number;
    author: string;
    at: string;
    document: string;
    reason: UnmatchedReason;
  }[];
}
