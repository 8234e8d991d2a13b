/** How many pairs of a package and a vulnerability are taken: of what one image holds, and of everything together. */
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
  'advisories name more vulnerabilities of its packages than of those of any real image, so the rest was not judged';

/** Why an image was not judged beside others that fill what all together may have. */
export const NO_ROOM =
  'all images together have more vulnerable packages than are matched, and the largest images were left out';
