/** Alpine has a file for each repository of a release, of different packages. */
export const isOfRepository = (source: string): boolean => source.startsWith('alpine-secdb/');
const REPOSITORIES = ['main', 'community'];

/** What OSV publishes names other ecosystems too: only the archive of one has all of its packages. */
export const isOfOtherOsv = (source: string, ecosystem: string): boolean =>
  source.startsWith('osv/') && source !== `osv/${ecosystem.split(':', 1)[0]}`;

/**
 * True where feeds together have all packages of an ecosystem. One record that somebody imported, and the archive of
 * another ecosystem, name some of them and say nothing of the rest.
 */
export function isCoveredWhole(
  ecosystem: string,
  feeds: readonly { source: string; ecosystems: readonly string[] }[],
): boolean {
  const named = feeds.filter(({ ecosystems }) => ecosystems.includes(ecosystem));
  const isAnother = (source: string) => isOfRepository(source) || isOfOtherOsv(source, ecosystem);
  return (
    named.some(({ source }) => !isAnother(source)) ||
    REPOSITORIES.every((one) =>
      named.some(({ source }) => isOfRepository(source) && source.endsWith(`/${one}`)),
    )
  );
}
