import { table } from '../shared/table.ts';
import { Clues } from './clues.ts';
import { findFacets } from './find-facets.ts';
import { range } from './lexicon.ts';
import type { Parts } from './line-parts.ts';
import type { PlanContext } from './plan-request.ts';
import type { Reading } from './read-question.ts';

const SEVERITIES = { CRITICAL: 'critical', HIGH: 'high', MEDIUM: 'medium', LOW: 'low' };
/** Words of lines by the ideas that say them, for each command that lists no containers. */
const WORDS = table<Readonly<Record<string, string>>>({
  findings: { ...SEVERITIES, ACCEPTED: 'accepted', EXPIRING: 'expiring' },
  images: {
    ...{ CRITICAL: 'critical', EXPLOITED: 'known-exploited', ROOT: 'root', SECRET: 'secret' },
    ...{ UNUSED: 'unused', UNVERIFIED: 'unverified' },
  },
});
/** Ideas of properties, beside such as have a word above. */
const OF_FACETS =
  'RUNNING STOPPED PRIVILEGED HOST_NETWORK HOST_PID HOST_IPC HOST_UTS HOST_USERNS DOCKER_SOCKET SENSITIVE_MOUNT ADDED_CAPABILITY DEVICE GAIN SECCOMP APPARMOR WRITABLE ROOTFS MEMORY CPU PIDS LIMIT UNLIMITED NO OFF FORK_BOMB HEALTHCHECK NO_HEALTH PUBLISHED PUBLIC RESTART MUTABLE_TAG ENV GONE MANAGEMENT_PORT';
const IDEAS = new Set([...OF_FACETS.split(' '), ...[...WORDS.values()].flatMap(Object.keys)]);

/** Where a message names properties, severities and the like. */
export const placesOfKinds = ({ mentions }: Reading): number[] =>
  mentions.filter(({ idea }) => IDEAS.has(idea)).flatMap(range);

/**
 * Puts the properties or severities that a message names into the line of a list: in the place of those that it has, or
 * beside them where it `narrows`. That step gives null where the list has no words for them; null where none are named.
 */
export function ofKinds(
  reading: Reading,
  narrows: boolean,
  { rules, commands }: Pick<PlanContext, 'rules' | 'commands'>,
): ((parts: Parts) => Parts | null) | null {
  if (placesOfKinds(reading).length === 0) return null;
  const clues = new Clues(reading);
  const facets = findFacets(clues);
  const ideas = new Set(reading.mentions.map(({ idea }) => idea));
  // “No lows”: of these words none says that.
  const isDenied = ideas.has('NO') || ideas.has('OFF');
  const wordsFor = (command: string): string[] =>
    Object.entries(WORDS.get(command) ?? {}).flatMap(([idea, word]) =>
      ideas.has(idea) && !isDenied ? [word] : [],
    );
  const graded = wordsFor('findings').filter((word) => Object.values(SEVERITIES).includes(word));
  const named = facets.map(({ facet }) => facet);
  const isElse = facets.some((one) => one.isDenied) || (named.length > 1 && clues.says(OR));
  return (parts) => {
    const { form, command, words } = parts;
    const said = command.name === 'containers' ? named : wordsFor(command.name);
    const join = (more: readonly string[]): Parts | null => {
      const joined = narrows ? [...new Set([...words, ...more])] : more;
      return more.length === 0 ? null : { ...parts, words: joined };
    };
    if (isElse) return null;
    if (/^containers(?: \{facets\}| gone)?$/.test(form)) return join(said);
    if (/^images(?: (?:[a-z-]+))?$/.test(form)) return join(said);
    if (form === 'diff' && graded.length > 0) {
      const findings = commands.find(({ name }) => name === 'findings');
      return findings === undefined ? null : { ...parts, command: findings, words: graded };
    }
    if (!/^findings(?: \{severities\}| accepted| expiring)?$/.test(form)) return null;
    if (said.length > 0) return { ...parts, words: said };
    const [rule, second] = rules.filter(({ facet }) => facet !== undefined && facet === named[0]);
    const isOne = rule !== undefined && second === undefined && named.length === 1;
    return isOne ? { ...parts, words: [...(narrows ? words : []), 'rule', rule.id] } : null;
  };
}

/** A line finds what is both. */
const OR = /\bor\b/;
