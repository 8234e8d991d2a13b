import type { HostDeclaration } from '../ports/declarations.ts';
import type { FoundLabel } from './find-labels.ts';
import type { KnownNames } from './read-question.ts';

/** Hosts as far as a line is parsed by them. */
export function declared({ hosts, labelled = [] }: KnownNames): HostDeclaration[] {
  const labelsOf = new Map(labelled.map(({ name, labels }) => [name, labels]));
  return hosts.map(
    (name) =>
      ({
        ...{ name, endpoint: '', evidence: 'api', isDefault: false, isRetired: false },
        labels: labelsOf.get(name) ?? {},
      }) as unknown as HostDeclaration,
  );
}

/** The words of a line that mean the hosts of a label. */
export const termWords = ({ key, value, isNot }: FoundLabel): string[] => [
  ...(isNot ? ['not'] : []),
  `${key}=${value}`,
];
