/** Examples are written for these hosts, containers and codes of findings, which nobody need have. */
const madeUp = {
  hosts: /\bweb-[12]\b/g,
  containers: /\b(?:redis|proxy)\b/g,
  codes: /\b1a2b3c4d\b/g,
} as const;

/** True for an example that names a host, a container or a finding which is made up. */
export const namesMadeUp = (line: string): boolean =>
  Object.values(madeUp).some((pattern) => line.search(pattern) >= 0);

/** The example with the names that `toHost` and `toContainer` give for those that are made up. */
export const withRealNames = (
  line: string,
  toHost: (name: string) => string,
  toContainer: (name: string) => string,
): string => line.replaceAll(madeUp.hosts, toHost).replaceAll(madeUp.containers, toContainer);
