import { REDHAT_VEX } from './parse-redhat-vex.ts';
import { UBUNTU_VEX } from './parse-ubuntu-vex.ts';

/** Alpine has a file for each repository of a release, of different packages. */
export const isOfRepository = (source: string): boolean => source.startsWith('alpine-secdb/');
const REPOSITORIES = ['main', 'community'];

/**
 * True for what has only some packages of an ecosystem: what OSV publishes names others too, and only the archive of one
 * has all of it; and one document of a distribution is about one vulnerability.
 */
export const isOfSome = (source: string, ecosystem: string): boolean =>
  (source.startsWith('osv/') && source !== `osv/${ecosystem.split(':', 1)[0]}`) ||
  [UBUNTU_VEX, REDHAT_VEX].some((vendor) => source.startsWith(`${vendor}/`));

/**
 * True where feeds together have all packages of an ecosystem. One record that somebody imported, and the archive of
 * another ecosystem, name some of them and say nothing of the rest.
 */
export function isCoveredWhole(
  ecosystem: string,
  feeds: readonly { source: string; ecosystems: readonly string[] }[],
): boolean {
  const named = feeds.filter(({ ecosystems }) => ecosystems.includes(ecosystem));
  const isAnother = (source: string) => isOfRepository(source) || isOfSome(source, ecosystem);
  return (
    named.some(({ source }) => !isAnother(source)) ||
    REPOSITORIES.every((one) =>
      named.some(({ source }) => isOfRepository(source) && source.endsWith(`/${one}`)),
    )
  );
}
