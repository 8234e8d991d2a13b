import {
  isVulnerabilityId,
  nicknames,
  plainVulnerabilityId,
} from '../inspections/vulnerability-id.ts';
import { isEveryday, isFiller, isKnownWord } from './lexicon.ts';
import { isCounted } from './numbered-name.ts';
import { singular, type Token } from './split-question.ts';
import { softwareNames } from './words/software.ts';
import { wordSet } from './words/word-list.ts';

export interface Place {
  from: number;
  length: number;
}

export interface FoundVulnerability extends Place {
  id: string;
}

/** A package and the versions that are asked about. */
export interface FoundPackage extends Place {
  name: string;
  operator: '<' | '<=' | '=' | '>=' | '>';
  version: string;
}

const textsOf = (tokens: readonly Token[]): string[] => tokens.map(({ text }) => text);

/** The first vulnerability that is named: `cve-2024-3094`, `CVE 2024 3094`, `GHSA-…`, `log4shell`. */
export function findVulnerability(tokens: readonly Token[]): FoundVulnerability | null {
  const texts = textsOf(tokens);
  for (let from = 0; from < texts.length; from++) {
    const [one = '', two = '', three = '', four = ''] = texts.slice(from);
    for (const [length, text] of [
      [4, `${one}-${two}-${three}-${four}`],
      [3, `${one}-${two}-${three}`],
      [2, `${one}-${two}`],
      [1, plainVulnerabilityId(one.replace(/^cve(?=\d)/, 'cve-').replaceAll('_', '-'))],
    ] as const) {
      if (length > 1 && !/^(?:cve|ghsa)$/.test(one)) continue;
      if (isVulnerabilityId(text)) return { id: spelt(text), from, length };
    }
    for (const [length, text] of [
      [2, `${one} ${tokens[from + 1]?.word ?? ''}`],
      [1, one],
    ] as const) {
      const id = nicknames.get(text);
      if (id !== undefined) return { id, from, length };
    }
  }
  return null;
}

const spelt = (id: string): string =>
  id.startsWith('ghsa') ? `GHSA${id.slice(4)}` : id.toUpperCase();

/** The number of a benchmark that is named: `CIS 5.4`, `cis-1.6:5.4`, `benchmark rule 5.4`. */
export function findControl(tokens: readonly Token[]): ({ id: string } & Place) | null {
  const line = textsOf(tokens);
  const first = line.findIndex((text) => /^cis(?:$|[-_:]?\d)/.test(text));
  if (first >= 0) {
    const joined = /^cis[-_:]?(\d.{0,20})$/.exec(line[first] ?? '')?.[1];
    if (joined !== undefined) return numbered(joined, first, 1);
    for (let at = first + 1; at < Math.min(line.length, first + 6); at++) {
      const [text = '', next = ''] = line.slice(at);
      // “CIS 1.6 5.31”: its version and the number.
      const ofVersion = numbered(`${text.replace(/^v/, '')}:${next}`, first, at - first + 2);
      const found = ofVersion ?? numbered(text, first, at - first + 1);
      if (found !== null) return found;
    }
  }
  const number = line.findIndex(
    (text, at) =>
      /^\d{1,2}\.\d{1,2}(?:\.\d{1,2})?$/.test(text) && line.slice(at + 1, at + 6).includes('cis'),
  );
  if (number >= 0) {
    const length = line.indexOf('cis', number) - number + 1;
    return numbered(line[number] ?? '', number, length);
  }
  const kind = line.findIndex(
    (text, at) =>
      /^(?:benchmark|control|rule|check|recommendation|section)$/.test(text) &&
      /^\d{1,2}\.\d{1,2}(?:\.\d{1,2})?$/.test(line[at + 1] ?? ''),
  );
  return kind < 0 ? null : numbered(line[kind + 1] ?? '', kind, 2);
}

function numbered(text: string, from: number, length: number): ({ id: string } & Place) | null {
  const number = /^(?:1\.[68]:)?\d{1,2}(?:\.\d{1,2}){1,2}$/.exec(text)?.[0];
  return number === undefined ? null : { id: `cis-${number}`, from, length };
}

/**
 * The first rule that is named by its id, `no-root-user`, or by how the id of one begins, `no-privileged`. What is a
 * word too is none: `memory-limit`.
 */
export function findRule(
  tokens: readonly Token[],
  rules: readonly { id: string; facet?: string | undefined }[],
): ({ id: string } & Place) | null {
  const isName = ({ id, facet }: (typeof rules)[number]) =>
    facet === undefined ? id.split('-').length > 2 : /^no-(?!new-privileges$)/.test(id);
  for (const [from, { text }] of tokens.entries()) {
    if (!text.includes('-')) continue;
    const whole = text.replace(/s$/, '');
    const meant = rules.find(({ id }) => id === text) ?? rules.find(({ id }) => id === whole);
    const [begun, other] = rules.filter(({ id }) => id.startsWith(`${text}-`));
    const rule = meant ?? (other === undefined && text.startsWith('no-') ? begun : undefined);
    if (rule !== undefined && isName(rule)) return { id: rule.id, from, length: 1 };
  }
  return null;
}

/** A reference of an image, whose registry may have a port, with a tag or a digest. */
export const IMAGE =
  /^[a-z0-9][\w.-]*(?::\d{2,5}(?=\/))?(?:\/[\w.-]+)*(?::[\w.-]+|(?::[\w.-]+)?@sha256:[0-9a-f]{7,64})$/;

/** An image that is named by its reference: `redis:7.2`, `ghcr.io/acme/api`. */
export function findImage(tokens: readonly Token[]): ({ name: string } & Place) | null {
  const from = tokens.findIndex(
    ({ text }) =>
      text.length <= 200 &&
      IMAGE.test(text) &&
      !/^\d{1,2}:\d\d/.test(text) &&
      !text.startsWith('cis'),
  );
  const name = tokens[from]?.text;
  return name === undefined ? null : { name, from, length: 1 };
}

const VERSION = /^v?\d{1,9}(?:\.[\w+~-]{1,40}){0,6}(?:[:~+-][\w.+~-]{1,60})?$/;
/** `3.0.x` is none. */
const ANY = /\.x(?:\.|$)/;
const NAME = /^[a-z@][\w.+@/-]{0,80}$/;
const units =
  /^(?:day|week|month|year|hour|minute|fortnight|time|version|container|host|scan|am|pm|copy)$/;

/** Words that stand between a package and its version, parted by `|`. */
const relationWords: Readonly<Record<FoundPackage['operator'], string>> = {
  '<': 'anything older than|that is older than|that are older than|lower than|less than|older than|earlier than|smaller than|prior to|below|before|under|predating|pre|<',
  '<=': 'older or equal to|older or equal|older than or equal to|up to|at most|<=',
  '=': 'exactly|at|in|=',
  '>=': 'newer than or equal to|at least|>=',
  '>': 'newer than|later than|higher than|greater than|more recent than|above|after|beyond|past|>',
};
/** The longer ones first. */
const relations = Object.entries(relationWords)
  .flatMap(([operator, phrases]) =>
    phrases.split('|').map((phrase) => ({ parts: phrase.split(' '), operator })),
  )
  .toSorted((a, b) => b.parts.length - a.parts.length) as readonly {
  parts: string[];
  operator: FoundPackage['operator'];
}[];
/** What stands behind a version: “3.0.7 or older”. */
const OLDER = wordSet('older earlier below lower before less');
const NEWER = wordSet('newer later above higher up greater more');
const between = wordSet(`
version versions release is are with a v that which in package library any the installed anything
still of
`);

/** The first package with a version: `openssl older than 3.0.7`, `log4j 2.14.1`, `version 5.6.1 of xz-utils`. */
export function findPackage(
  tokens: readonly Token[],
  taken: ReadonlySet<number>,
): FoundPackage | null {
  const texts = textsOf(tokens);
  for (let at = 0; at < texts.length; at++) {
    if (taken.has(at) || !isVersion(tokens, at)) continue;
    const after = rangeAfter(texts, at);
    const version = (texts[at] ?? '').replace(/^v(?=\d)|\+$/g, '');
    const before = nameBefore(tokens, at, taken);
    if (before !== null) {
      const operator = before.operator === '=' ? (after.operator ?? '=') : before.operator;
      const others = operator === '=' ? versionsAfter(tokens, at) : [];
      const end = others.length === 0 ? after.end : at + 1 + 2 * others.length;
      return {
        name: before.name,
        operator,
        version: [version, ...others].join(','),
        from: before.from,
        length: end - before.from,
      };
    }
    const from = /^versions?$/.test(texts[at - 1] ?? '') ? at - 1 : at;
    const relation = relationBefore(texts, from);
    // “Version 5.6.1 of xz-utils”, “pre 3.0.15 openssl”.
    const isOf = texts[at + 1] === 'of';
    const place = isOf || relation.operator === '=' ? at + 2 : at + 1;
    const behind = isOf || relation.operator !== '=' ? (texts[place] ?? '') : '';
    if (isPackageName(behind) && !taken.has(place)) {
      const start = from - relation.length;
      return {
        name: behind,
        operator: relation.operator,
        version,
        from: start,
        length: place + 1 - start,
      };
    }
  }
  return null;
}

function isVersion(tokens: readonly Token[], at: number): boolean {
  const text = tokens[at]?.text ?? '';
  return (
    VERSION.test(text) &&
    !ANY.test(text) &&
    !units.test(tokens[at + 1]?.word ?? '') &&
    text.length <= 80
  );
}

/** `5.6.0 or 5.6.1`: the versions behind the first. */
function versionsAfter(tokens: readonly Token[], at: number): string[] {
  const found: string[] = [];
  for (let next = at + 1; /^(?:or|and)$/.test(tokens[next]?.text ?? ''); next += 2) {
    if (!isVersion(tokens, next + 1)) break;
    found.push((tokens[next + 1]?.text ?? '').replace(/^v(?=\d)/, ''));
  }
  return found;
}

/** `3.0.7 or older`: the operator, and the place behind. */
function rangeAfter(texts: readonly string[], at: number) {
  const joins = texts[at + 1] === 'or' || texts[at + 1] === 'and';
  const word = joins ? (texts[at + 2] ?? '') : '';
  // “3.0.7+”.
  if (texts[at]?.endsWith('+')) return { operator: '>=', end: at + 1 } as const;
  const operator = OLDER.has(word) ? '<=' : NEWER.has(word) ? '>=' : null;
  return { operator, end: operator === null ? at + 1 : at + 3 } as const;
}

function relationBefore(texts: readonly string[], end: number) {
  for (const { parts, operator } of relations) {
    if (parts.every((part, index) => texts[end - parts.length + index] === part)) {
      return { operator, length: parts.length };
    }
  }
  return { operator: '=' as const, length: 0 };
}

function nameBefore(tokens: readonly Token[], at: number, taken: ReadonlySet<number>) {
  const texts = textsOf(tokens);
  let end = at;
  while (between.has(texts[end - 1] ?? '') && texts[end - 1] !== 'in') end -= 1;
  const relation = relationBefore(texts, end);
  end -= relation.length;
  while (between.has(texts[end - 1] ?? '')) end -= 1;
  const name = texts[end - 1] ?? '';
  // “Starts in 5” is no package; “redis 7” is one.
  const isNumber = relation.operator === '=' && /^\d{1,3}$/.test(texts[at] ?? '');
  if (end < 1 || taken.has(end - 1) || !isPackageName(name)) return null;
  if (isNumber && !softwareNames.has(name)) return null;
  const ahead = relation.operator === '=' ? relationBefore(texts, end - 1) : relation;
  // “Anything below openssl 3.0.15”; “in openssl 3.0.15” says nothing more.
  if (relation.operator === '=' && ahead.operator !== '=' && !isOfTime(texts, end - 1, ahead))
    return { name, operator: ahead.operator, from: end - 1 - ahead.length };
  return { name, operator: relation.operator, from: end - 1 };
}

/** “After openssl 3.0.15 was rolled out”: words of one that are said of times before a name, unless “are we” stands before. */
const isOfTime = (texts: readonly string[], end: number, { length }: { length: number }): boolean =>
  length === 1 &&
  /^(?:before|after|past|under|beyond)$/.test(texts[end - 1] ?? '') &&
  !IS_AT.test(texts.slice(0, end - 1).join(' '));

/** “Are we still before …” */
const IS_AT =
  /^(?:(?:so|and|but|ok|now),? )*(?:are|is|am) (?:we|i|you|they|any\w*|some\w*|every\w*|there any\w*|all of (?:us|them))(?: (?:still|already|now|yet|all|running|on|even|long|well|safely)){0,3}$|^(?:any\w*|who|what)(?: (?:is|are))?(?: (?:still|already|running|on))*$/;

/** A word that may be the name of a package: no word of the language, unless it is a known one. */
export const isPackageName = (text: string): boolean =>
  NAME.test(text) &&
  !isCounted(text) &&
  (softwareNames.has(text) ||
    [text, singular(text)].every(
      (word) => !isFiller(word) && !isKnownWord(word) && !isEveryday(word),
    ));
