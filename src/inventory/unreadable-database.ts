/** A package database, or what should be one, that cannot be read; the message is the reason. */
export class UnreadableDatabase extends Error {}

/** More in one filesystem is no operating system but an attempt to fill our memory. */
export const PACKAGES_MAX = 20_000;
/** Bytes of one name or version. */
export const TEXT_MAX = 256;

export const tooManyPackages = (): UnreadableDatabase =>
  new UnreadableDatabase(
    `the package database lists more than ${PACKAGES_MAX} packages, or longer ones than there are`,
  );

/**
 * A name or version as package managers allow it: printable ASCII without blanks. Throws
 * `UnreadableDatabase` for anything else, because the whole file is then not what it seems.
 */
export function packageText(text: string | undefined, what: string): string {
  if (text === undefined || text === '') throw new UnreadableDatabase(`a package has no ${what}`);
  if (text.length > TEXT_MAX || !/^[!-~]+$/.test(text)) {
    throw new UnreadableDatabase(`the ${what} of a package is none that its manager allows`);
  }
  return text;
}
