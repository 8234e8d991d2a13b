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
const FACETS = new Set([...OF_FACETS.split(' '), 'ROOT', 'SECRET']);
const IDEAS = new Set([...FACETS, ...[...WORDS.values()].flatMap(Object.keys)]);

const DENIALS = new Set(['NO', 'OFF']);

/** Where a message names properties, severities and the like; what denies is none alone. */
export function placesOfKinds({ mentions }: Reading): number[] {
  const kinds = mentions.filter(({ idea }) => IDEAS.has(idea));
  return kinds.every(({ idea }) => DENIALS.has(idea)) ? [] : kinds.flatMap(range);
}

/**
 * Puts the properties or severities that a message names into the line of a list: in the place of those that it has, or
 * beside them where it `narrows`; of a finding any severity is beside others where it `adds` one. That step gives null where the list has no words for all of them; null where none are
 * named.
 */
export function ofKinds(
  reading: Reading,
  { narrows, adds }: { narrows: boolean; adds: boolean },
  { rules, commands }: Pick<PlanContext, 'rules' | 'commands'>,
): ((parts: Parts) => Parts | null) | null {
  if (placesOfKinds(reading).length === 0) return null;
  const clues = new Clues(reading);
  const facets = findFacets(clues);
  const ideas = reading.mentions.flatMap(({ idea }) => (IDEAS.has(idea) ? [idea] : []));
  // “No lows”: of the words below none says that.
  const isDenied = ideas.some((idea) => DENIALS.has(idea));
  /** The words of a command for all that is named; null where it has none for something. */
  const wordsFor = (command: string): string[] | null => {
    const words = WORDS.get(command) ?? {};
    const areKnown = !isDenied && ideas.every((idea) => Object.hasOwn(words, idea));
    return areKnown
      ? Object.entries(words).flatMap(([idea, word]) => (ideas.includes(idea) ? [word] : []))
      : null;
  };
  const named = facets.map(({ facet }) => facet);
  const isElse = facets.some((one) => one.isDenied) || (named.length > 1 && clues.says(OR));
  const areFacets = named.length > 0 && !isElse && ideas.every((idea) => FACETS.has(idea));
  return (parts) => {
    const { form, words } = parts;
    const join = (more: readonly string[] | null): Parts | null =>
      more && { ...parts, words: narrows ? [...new Set([...words, ...more])] : more };
    // “Stopped ones too”: no line lists those beside the others.
    if (/^containers(?: \{facets\}| gone)?$/.test(form))
      return join(areFacets && !(adds && words.length > 0) ? named : null);
    if (/^images(?: [a-z-]+)?$/.test(form)) return join(wordsFor('images'));
    const graded = wordsFor('findings');
    if (form === 'diff') {
      const findings = commands.find(({ name }) => name === 'findings');
      return findings && graded?.every(isSeverity)
        ? { ...parts, command: findings, words: graded }
        : null;
    }
    if (!/^findings(?: (?:\{severities\}|accepted|expiring|critical|high|medium|low))*$/.test(form))
      return null;
    if (graded !== null) {
      // Of a finding it is one of several severities, and its state beside that.
      const kept = words.filter(
        (word) => !graded.some((one) => isSeverity(one) === isSeverity(word)),
      );
      const all = adds ? words : narrows ? kept : [];
      return { ...parts, words: [...new Set([...all, ...graded])] };
    }
    const [rule, second] = rules.filter(({ facet }) => facet !== undefined && facet === named[0]);
    const isOne = areFacets && rule !== undefined && second === undefined && named.length === 1;
    return isOne ? { ...parts, words: [...(narrows ? words : []), 'rule', rule.id] } : null;
  };
}

const isSeverity = (word: string): boolean => Object.values<string>(SEVERITIES).includes(word);

/** A line finds what is both. */
const OR = /\bor\b/;
