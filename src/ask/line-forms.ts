import { quoteWord } from '../shared/text.ts';
import type { Clues } from './clues.ts';
import { findFacets } from './find-facets.ts';
import { IMAGE } from './find-subjects.ts';
import { findJudgingRule, findMeantRule, findTopic } from './find-topic.ts';
import type { Vocabulary } from './frames/frame.ts';
import { looksLikePackage, packageWord } from './frames/image-frames.ts';
import { range } from './lexicon.ts';
import { type Offer, offer, type Taken } from './offer.ts';
import type { Reading } from './read-question.ts';

/** Facets and severities, in the place of which a form has a mark. */
const severities = new Set(['critical', 'high', 'medium', 'low']);
const CLAUSES =
  / on (?:not )?(?:"[^"]*"|\S+)(?: not (?:"[^"]*"|\S+)| "[^"]*"| \w+=\S+)*(?= --|$)| (?:since|at) \S+/g;
/** A flag that names a container. */
const ABOUT = 'about {container}';
/** Lines that decide, or that a button can not finish. */
const UNRANKED =
  /^(?:accept|unaccept|attest|baseline|digest schedule|alerts on|help .|hosts (?:add|rotate|revoke|remove) |(?:images|feeds) import )/;

/**
 * A line without what its question named: `inspect redis on web1` is `inspect {container}`. Null for a line
 * that is never offered for its likeness.
 */
export function formOf(line: string): string | null {
  if (UNRANKED.test(line)) return null;
  const [said = '', flag] = (line.startsWith('alerts') ? line : line.replace(CLAUSES, '')).split(
    ' --',
  );
  const [command = '', ...typed] = said.split(' ');
  const words = typed
    .map(withoutName)
    .filter((word) => command !== 'export' || word !== 'findings');
  const end = flag === undefined ? '' : ` --${flag.replace(/^about .*/, ABOUT)}`;
  const fixed = [command, ...words].join(' ') + end;
  if (words.length === 0) return fixed;
  switch (command) {
    case 'containers':
      return fixed === 'containers gone' ? fixed : 'containers {facets}';
    case 'findings':
      if (words[0] === 'rule') return 'findings rule {rule}';
      return words.every((word) => severities.has(word)) ? `findings {severities}${end}` : fixed;
    case 'images':
      return words.length > 1 || words.some((word) => word.includes('=')) ? null : fixed;
    case 'why':
      if (words.length > 1) return `why {rule} {container}${end}`;
      return `why ${isCode(words[0]) ? '{code}' : '{container}'}${end}`;
    case 'execs':
    case 'inspect':
    case 'controls':
    case 'isolation':
    case 'reach':
      return `${command} {container}`;
    case 'surface':
      return 'surface {package}';
    case 'explain':
      return 'explain {topic}';
    case 'compare':
      return 'compare {hosts}';
    case 'hosts':
      return 'hosts {host}';
    case 'exposure':
      return /^(?:CVE|GHSA)-/.test(words[0] ?? '')
        ? 'exposure {vulnerability}'
        : /[<>=]/.test(words[0] ?? '')
          ? 'exposure {software}'
          : 'exposure {package}';
    default:
      return fixed;
  }
}

/** A word of a line, with a mark in the place of an image. */
const withoutName = (word: string): string =>
  IMAGE.test(word) && !/^(?:cis-|\d)/.test(word) ? '{image}' : word;

const isCode = (word = ''): boolean => /^(?=.*\d)[0-9a-f]{4,16}$/.test(word);

const MARKED = ['vulnerability', 'control', 'rule', 'code', 'image', 'software', 'age'] as const;

/** The words of a question, with marks where it names something. */
export function wordsOf(reading: Reading): string[] {
  const marks = new Map<number, string>();
  const mark = (place: { from: number; length: number } | null, text: string) => {
    for (const at of place === null ? [] : range(place)) {
      marks.set(at, at === place?.from ? text : '');
    }
  };
  for (const host of [...reading.hosts, ...reading.leftOut]) mark(host, '{host}');
  for (const label of reading.labels) mark(label, '{label}');
  for (const container of reading.containers) mark(container, '{container}');
  for (const what of MARKED) mark(reading[what], `{${what}}`);
  mark(reading.when, '{time}');
  for (const at of reading.strange) marks.set(at, '{strange}');
  return reading.tokens.map(({ word }, at) => marks.get(at) ?? word).filter((word) => word !== '');
}

/** The form with what this question names; nothing where it does not name what the form needs. */
export function fillForm(form: string, clues: Clues, { rules }: Vocabulary): Offer[] {
  const [said = '', flag] = form.split(' --');
  const [command = '', ...parts] = said.split(' ');
  const isAbout = flag === ABOUT;
  const needs = (part: string) => parts.includes(part) || (isAbout && part === '{container}');
  // What a question names is what it is about.
  if ((clues.container !== null) !== needs('{container}')) return [];
  if (clues.reading.vulnerability !== null && !needs('{vulnerability}') && !needs('{topic}'))
    return [];
  const takes: Taken[] = isAbout ? ['container'] : [];
  const words: string[] = [];
  for (const part of parts) {
    const filled = part.startsWith('{') ? fillPart(part, clues, rules) : [part];
    if (filled === null) return [];
    words.push(...filled);
    if (part === '{container}') takes.push('container');
    if (part === '{code}') takes.push('code');
    if (part === '{image}') takes.push('image');
    if (part === '{host}' || part === '{hosts}') takes.push('host');
  }
  const named = isAbout ? `about ${quoteWord(clues.container ?? '')}` : flag;
  const flags = named === undefined ? {} : { flags: ` --${named}` };
  return [offer(command, words, 0, '', { takes, ...flags })];
}

function fillPart(part: string, clues: Clues, rules: Vocabulary['rules']): string[] | null {
  const { reading } = clues;
  const one = (text: string | undefined | null) => (text ? [text] : null);
  switch (part) {
    case '{container}':
      return one(clues.container);
    case '{host}':
      return one(clues.host);
    case '{hosts}': {
      const names = reading.hosts.map(({ name }) => name);
      return names.length === 2 ? names : null;
    }
    case '{facets}': {
      const facets = findFacets(clues);
      const isSaid = facets.length > 0 && facets.every(({ isDenied }) => !isDenied);
      return isSaid ? facets.map(({ facet }) => facet) : null;
    }
    case '{severities}':
      return [...severities].filter((word) => clues.has(word.toUpperCase()));
    case '{rule}':
      return one(findMeantRule(clues, rules)?.word);
    case '{topic}':
      return one(
        reading.control?.id ??
          reading.vulnerability?.id ??
          (findTopic(clues, rules) ?? findJudgingRule(clues, rules))?.word,
      );
    case '{code}':
      return one(reading.code?.id);
    case '{image}':
      return one(reading.image?.name);
    case '{vulnerability}':
      return one(reading.vulnerability?.id);
    case '{software}':
      return one(
        reading.software &&
          `${reading.software.name}${reading.software.operator}${reading.software.version}`,
      );
    case '{package}': {
      const name = packageWord(clues)?.name;
      return name !== undefined && looksLikePackage(name) ? [name] : null;
    }
    default:
      return null;
  }
}

const placeIn = (line: string): string | undefined => / on (?:not )?(\S+)/.exec(line)?.[1];

/** True for lines of which each names places, and other ones. */
export function areElsewhere(a: string, b: string): boolean {
  const [left, right] = [placeIn(a), placeIn(b)];
  return left !== undefined && right !== undefined && left !== right;
}
