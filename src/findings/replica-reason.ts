const NAMED = /^of its containers? ([\w.-]+(?:, [\w.-]+)*): /;

/** With more the reason speaks of the whole service: that of each would be too long. */
const NAMES_MAX = 10;

/** A container of a service, and why a rule could not judge it. */
interface Unjudged {
  name: string;
  reason: string;
}

/**
 * Why a rule could not judge a service, of which it judged other containers: with the names of those it
 * could not. Without names where there are many, or one that is no name of a container.
 */
export function reasonOfReplicas(replicas: readonly Unjudged[]): string {
  const names = [...new Set(replicas.map(({ name }) => name))].sort();
  const reason = [...new Set(replicas.map((one) => one.reason))].join('; ');
  const whose = names.length > 1 ? 'of its containers' : 'of its container';
  const named = `${whose} ${names.join(', ')}: `;
  if (names.length > NAMES_MAX || NAMED.exec(named)?.[0] !== named) {
    return replicas.at(-1)?.reason ?? '';
  }
  return named + reason;
}

/** Whether such a reason is, or may be, about the container of this name. */
export function isAboutReplica(reason: string, name: string): boolean {
  const [, names] = NAMED.exec(reason) ?? [];
  return names === undefined || names.split(', ').includes(name);
}

/** The reason without the names. */
export const withoutReplicas = (reason: string): string => reason.replace(NAMED, '');
