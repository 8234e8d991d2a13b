/** How many pairs of a package and an advisory are taken: of what one image holds, and of everything together. */
export interface PairLimits {
  each: number;
  all: number;
}

// Whoever is root in a container writes its list of packages: 20,000 of one source with a thousand
// vulnerabilities are twenty million pairs. The largest images that people use have a tenth of these.

/** Pairs that are compared. */
export const comparedPairs: PairLimits = { each: 1_000_000, all: 50_000_000 };
/** Pairs of which something is kept: the package is affected, or nobody knows. */
export const keptPairs: PairLimits = { each: 50_000, all: 2_000_000 };

/** Why a package of an image with more of them was not judged. */
export const TOO_MANY_PAIRS =
  'advisories name packages of this image more often than of any real one, so the rest was not judged';
