import type { ParsedLine } from '../command/parse-line.ts';
import type { Clues } from './clues.ts';
import { findFacets } from './find-facets.ts';
import {
  type FoundPackage,
  type FoundVulnerability,
  findPackage,
  findVulnerability,
} from './find-subjects.ts';

interface Line {
  command: { name: string };
  line: string;
  words: readonly string[];
}

interface Asked {
  question: string;
  parse: (text: string) => ParsedLine | null;
}

/**
 * The lines of a question that no one line answers: of each property, vulnerability or package one, or what was planned
 * where nothing groups so. None where that answers it.
 */
export function linesApart<L extends Line>(planned: L, clues: Clues, asked: Asked): L[] {
  if (isGrouped(clues) || isHalf(planned, clues) || isOfProject(clues)) return [planned];
  const properties = eachProperty(planned, clues, asked);
  return properties.length > 0 ? properties : eachSubject(planned, clues, asked);
}

/** “Criticals per team”: lists are grouped by hosts, rules and containers alone. */
const isGrouped = (clues: Clues): boolean =>
  clues.says(
    /\b(?:(?:per|by|for (?:each|every)|each|every)|(?:group|broken|split|divid|sort)\w*(?: down)? by)(?: each| every)? (?:teams?|owners?|env|environments?|projects?|departments?|labels?|regions?|customers?|tenants?|images?)(?:$| (?:please|pls|on|since|now|today|and)\b)|\b(?:which|what) (?:teams?|owners?|environments?|projects?|departments?|labels?|regions?|customers?|tenants?) (?:has|have|is|are|runs?)\b/,
  );

/** “Containers of the shop stack”: no line lists what a Compose project has; a label of that name is one of hosts. */
const isOfProject = (clues: Clues): boolean =>
  clues.reading.labels.length === 0 &&
  clues.says(
    /\b(?:of|in|from|for|by|on|inside|within|(?:re)?scan|check) (?:(?:the|our|my|compose|docker) ){0,3}(?!network\b|host\b)[\w.-]{1,60} (?:compose )?(?:stack|project)\b|\b(?:of|in|from|for|by) (?:the |our )?(?:compose )?(?:stack|project) (?!of\b|is\b|are\b)\S/,
  );

/** “Criticals, and who accepted them?”: of findings and of those who decided. */
const isHalf = ({ command }: Line, clues: Clues): boolean =>
  command.name === 'audit' &&
  clues.says(
    /\b(?:criticals?|highs?|mediums?|lows?|findings?|issues?)\b(?: \S{1,30}){0,4} and who\b|\bwhat changed\b.* and who\b/,
  );

/** Between two properties, each of which is asked for: “… or …”, “which are …, and which are …”. */
const APART = /\bor\b|\b(?:and|also|plus)(?: \w+){0,2} (?:which|who|what|how many|list|show)\b/;
const JOINED = /\b(?:and|with|that|which|but|also)\b/;

/**
 * “Privileged or with the docker socket”: a line finds those that are both, so each has one of its own, with what else
 * is said; none where nothing is parted by “or”.
 */
function eachProperty<L extends Line>(planned: L, clues: Clues, asked: Asked): L[] {
  if (planned.command.name !== 'containers') return [];
  // “Host network, host pid or privileged”.
  const isList = /,[^,.;:?!]*\sor\s/.test(asked.question);
  const texts = clues.reading.tokens.map(({ text }) => text);
  const facets = findFacets(clues);
  const either = new Set<string>();
  for (const [at, { facet, from }] of facets.entries()) {
    const next = facets[at + 1];
    // “No memory or cpu limit” lacks both.
    if (next === undefined || [facet, next.facet].every((one) => one.startsWith('no-'))) continue;
    const between = texts.slice(from, next.from).join(' ');
    const isApart = APART.test(between) || (isList && !JOINED.test(between));
    if (facet !== next.facet && isApart) either.add(facet).add(next.facet);
  }
  const { words } = planned;
  return [...either].flatMap((one) => {
    const kept = words.filter((word) => word === one || !either.has(word));
    return withWords(planned, kept, asked);
  });
}

/** A line of each: “are we hit by CVE-2024-3094 and CVE-2024-6387?”, “openssl 1.1.1 or curl 7.88”; none of one alone. */
export function eachSubject<L extends Line>(planned: L, { reading }: Clues, asked: Asked): L[] {
  const { vulnerability, software } = reading;
  const first = vulnerability ?? software;
  const said = first && wordOf(first);
  if (said === null || !planned.words.includes(said)) return [];
  const find = (tokens: typeof reading.tokens) =>
    vulnerability === null ? findPackage(tokens, new Set()) : findVulnerability(tokens);
  const subjects = new Set<string>();
  let rest = reading.tokens;
  for (let next = find(rest); next !== null; next = find(rest)) {
    subjects.add(wordOf(next));
    rest = rest.slice(next.from + next.length);
  }
  if (subjects.size < 2) return [];
  return [...subjects].flatMap((subject) => {
    const words = planned.words.map((word) => (word === said ? subject : word));
    return withWords(planned, words, asked);
  });
}

const wordOf = (subject: FoundVulnerability | FoundPackage): string =>
  'id' in subject ? subject.id : `${subject.name}${subject.operator}${subject.version}`;

/** The line with other words, where it parses. */
function withWords<L extends Line>(planned: L, words: readonly string[], { parse }: Asked): L[] {
  const parsed = parse(planned.line.replace(planned.words.join(' '), words.join(' ')));
  return parsed === null ? [] : [{ ...planned, line: parsed.line, words }];
}
