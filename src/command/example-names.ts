/** Examples are written for these hosts, containers and codes of findings, which nobody need have. */
const MADE_UP =
  /(?<![\w.-])(?:(?<host>web-[12])|(?<container>redis|proxy)|1a2b3c4d)(?![\w-]|\.\w)/g;

/** True for an example that names a host, a container or a finding which is made up. */
export const namesMadeUp = (line: string): boolean => line.search(MADE_UP) >= 0;

/**
 * The example with the names that `toHost` and `toContainer` give for those that are made up. What they give stays
 * as it is, also where it is or begins like a made-up one.
 */
export const withRealNames = (
  line: string,
  toHost: (name: string) => string,
  toContainer: (name: string) => string,
): string =>
  line.replaceAll(MADE_UP, (name, host?: string, container?: string) => {
    if (host !== undefined) return toHost(host);
    return container === undefined ? name : toContainer(container);
  });
