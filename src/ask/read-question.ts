import { nicknames } from '../inspections/vulnerability-id.ts';
import { type LabelCount, type Labelled, labelsOf } from '../shared/label-terms.ts';
import { type FoundAge, findAge } from './find-age.ts';
import { type FoundCode, findCode } from './find-code.ts';
import { type FoundDeadline, findDeadline } from './find-deadline.ts';
import { allMeant, isExclusionLeft, type Meant } from './find-exclusions.ts';
import { type FoundFile, findFile } from './find-file.ts';
import { type FoundLabel, findLabels, isEnvironment } from './find-labels.ts';
import {
  type FoundName,
  findNames,
  indexNames,
  type NameIndex,
  namesBySlip,
} from './find-names.ts';
import { findReason } from './find-reason.ts';
import {
  type FoundPackage,
  type FoundVulnerability,
  findControl,
  findImage,
  findPackage,
  findRule,
  findVulnerability,
  type Place,
} from './find-subjects.ts';
import { type FoundWhen, findWhen } from './find-when.ts';
import { isNamed } from './is-named.ts';
import {
  findMentions,
  isEveryday,
  isFiller,
  isKnownWord,
  knownWords,
  type Mention,
  range,
} from './lexicon.ts';
import { isNumbered, isNumberedName } from './numbered-name.ts';
import { singular, splitQuestion, type Token } from './split-question.ts';
import { correctWord } from './typos.ts';
import { deeds } from './words/deeds.ts';
import { topicWords } from './words/rule-words.ts';
import { softwareNames } from './words/software.ts';
import type { AskedWhen } from './zone-time.ts';

/** Names that a question may have. */
export interface KnownNames {
  hosts: readonly string[];
  containers: readonly string[];
  /** The labels of those hosts; none when left out. */
  labelled?: readonly Labelled[];
  /** The rules, of which a typed id is a name; none when left out. */
  rules?: readonly { id: string; facet?: string | undefined }[];
}

/** Reads dates with a month in words; null where none is in the text. */
export type Calendar = NonNullable<Parameters<typeof findWhen>[2]>;

/** A question taken apart. Places are those of tokens. */
export interface Reading {
  tokens: readonly Token[];
  /** Everything that phrases stand for. */
  mentions: readonly Mention[];
  hosts: readonly FoundName[];
  /** Hosts that are left out, e.g. “all but web1”. */
  leftOut: readonly FoundName[];
  /** True where something else is left out, which no line says. */
  isLess: boolean;
  labels: readonly FoundLabel[];
  containers: readonly FoundName[];
  vulnerability: FoundVulnerability | null;
  control: ({ id: string } & Place) | null;
  /** A rule by its id, as nobody types it by chance. */
  rule: ({ id: string } & Place) | null;
  code: FoundCode | null;
  file: FoundFile | null;
  image: ({ name: string } & Place) | null;
  software: FoundPackage | null;
  when: FoundWhen | null;
  age: FoundAge | null;
  /** The last day of a decision. */
  deadline: FoundDeadline | null;
  /** Of a decision, as it was typed. */
  reason: string | null;
  /** Places of words that nobody knows. */
  strange: readonly number[];
}

interface Spread {
  words: string[];
  /** The token of each word. */
  tokenOf: number[];
}

/**
 * Takes a question apart, or what is told beside one. Pure: the same question, names and time give the same.
 */
export function readQuestion(
  question: string,
  known: KnownNames,
  asked: AskedWhen,
  calendar: Calendar | null,
  isTold = false,
): Reading {
  const { rest, reason } = findReason(question);
  const ofHosts = labelsOf(known.labelled ?? []);
  const isLabel = wordsOfLabels(ofHosts);
  const typed = splitQuestion(rest, isTold, isNameOf(known), isLabel);
  const hostNames = indexNames(known.hosts, typed);
  const containerNames = indexNames(known.containers, typed);
  const tokens = typed.map((token) =>
    isLabel.has(token.text) ? token : withoutSlip(token, [hostNames, containerNames]),
  );
  const taken = new Set<number>();
  const take = <T extends Place>(found: T | null): T | null => {
    if (found !== null) addPlace(taken, found);
    return found;
  };
  const vulnerability = take(findVulnerability(tokens));
  const control = take(findControl(tokens));
  const rule = take(findRule(tokens, known.rules ?? []));
  const code = take(
    findCode(tokens, (text) => hostNames.byBare.has(text) || containerNames.byBare.has(text)),
  );
  const file = take(findFile(rest, tokens, isTold));
  const image = take(findImage(tokens));
  const isOfImages = tokens.some(({ word }) => /^im(?:age|g)$/.test(word));
  const age = isOfImages ? take(findAge(tokens)) : null;
  const deadline = take(findDeadline(tokens, asked));
  const when = age === null && deadline === null ? take(findWhen(tokens, asked, calendar)) : null;
  const software = take(findPackage(tokens, taken));
  const phrases = findMentions(tokens.map(({ word }) => word)).filter(({ length }) => length > 1);
  const isFree = (name: FoundName) =>
    name.length > 1 ||
    !phrases.some(({ idea, ...place }) => OF_NAMES.has(idea) && range(place).includes(name.from));
  const isHost = (name: FoundName) => isNamed(tokens, name) && !isPlace(tokens, name, ofHosts);
  const namedHosts = () => findNames(tokens, hostNames, taken, true).filter(isHost);
  // A label that is said is meant before a host whose name only begins so.
  const exact = namedHosts().filter(({ how }) => how === 'exact');
  const whole = new Set([...taken, ...exact.flatMap(range)]);
  const foundLabels = findLabels(tokens, ofHosts, whole);
  for (const label of foundLabels) take(label);
  const places = allMeant(tokens, [...foundLabels, ...namedHosts()]);
  for (const place of places) take(place);
  const { hosts, leftOut, labels } = sortedPlaces(places);
  const named = findNames(tokens, containerNames, taken).filter(
    (name) => isNamed(tokens, name) && isFree(name) && !isMachine(tokens, name),
  );
  const meant = allMeant(tokens, named);
  for (const container of meant) take(container);
  const containers = named.filter((_name, at) => meant[at]?.meant !== 'without it');
  const isLess = containers.length < named.length || isExclusionLeft(tokens, taken);
  const spread = spreadWords(tokens, taken);
  const strange = [...tokens.keys()].filter((at) => !taken.has(at) && !isPlain(tokens, at));
  return {
    ...{
      tokens,
      vulnerability,
      control,
      rule,
      code,
      file,
      image,
      software,
      when,
      age,
      deadline,
      reason,
      hosts,
      leftOut,
      isLess,
      labels,
      containers,
      strange,
    },
    mentions: findMentions(spread.words).map((mention) => onTokens(mention, spread)),
  };
}

const wordsOfLabels = (labels: readonly LabelCount[]): ReadonlySet<string> =>
  new Set(labels.flatMap(({ key, value }) => [key, ...value.toLowerCase().split(' ')]));

const isNameOf =
  ({ hosts, containers }: KnownNames) =>
  (word: string): boolean =>
    [hosts, containers].some((names) =>
      names.some((name) => name.length === word.length && name.toLowerCase() === word),
    );

/** Names of hosts and labels by how they are meant. */
function sortedPlaces(
  places: readonly ((FoundName | Omit<FoundLabel, 'isNot'>) & { meant: Meant })[],
) {
  const names = places.flatMap((place) => ('name' in place ? [place] : []));
  const isOut = ({ meant }: { meant: Meant }) => meant === 'without it';
  return {
    hosts: names.filter(({ meant }) => meant === 'it'),
    leftOut: names.filter(isOut),
    labels: places.flatMap((place) =>
      'key' in place && place.meant !== 'more than it' ? [{ ...place, isNot: isOut(place) }] : [],
    ),
  };
}

function addPlace(taken: Set<number>, place: Place): void {
  for (const at of range(place)) taken.add(at);
}

/** Ideas whose phrases have words that may be names as well, such as “API key”. */
const OF_NAMES = new Set(['SECRET', 'DOCKER_SOCKET', 'MANAGEMENT_PORT']);

/** “Only prod matters” means no host that is called `prod-2`. */
const isPlace = (
  tokens: readonly Token[],
  { how, from }: FoundName,
  labels: Parameters<typeof isEnvironment>[1],
): boolean => how === 'beginning' && isEnvironment(tokens[from]?.text ?? '', labels);

/** “Our ci box” is no container, whatever one is called. */
const isMachine = (tokens: readonly Token[], { from, length }: FoundName): boolean =>
  ['box', 'machine'].includes(tokens[from + length]?.word ?? '');

/** True for a token that is no name. */
function isPlain(tokens: readonly Token[], at: number): boolean {
  const text = tokens[at]?.text ?? '';
  if (isKnownWord(text) || isEveryday(text)) return true;
  const parts = text.split(/[-/_]/);
  return (
    !isNumbered(text) &&
    !isNumberedName(tokens, at) &&
    parts.every((part) => part === '' || isKnownWord(singular(part)) || isFiller(part))
  );
}

/** Words for phrases: parts of what has a hyphen and is no name, with slips corrected; what is taken breaks phrases. */
function spreadWords(tokens: readonly Token[], taken: ReadonlySet<number>): Spread {
  const spread: Spread = { words: [], tokenOf: [] };
  const push = (word: string, at: number) => {
    spread.words.push(word);
    spread.tokenOf.push(at);
  };
  tokens.forEach(({ text, word }, at) => {
    if (taken.has(at)) push('\u0000', at);
    else if (isKnownWord(word) || !/[-/_]/.test(text) || isNumberedName(tokens, at)) push(word, at);
    else for (const part of text.split(/[-/_]/).filter(Boolean)) push(singular(part), at);
  });
  return spread;
}

/** The name of a library is close to that of many another. */
const LIBRARY = /^lib/;

/** The token as it was probably meant; what may be the name of something stays as it is. */
function withoutSlip(token: Token, names: readonly NameIndex[]): Token {
  const { text, word } = token;
  const isKnown =
    isKnownWord(word) ||
    isEveryday(text) ||
    isEveryday(word) ||
    topicWords.has(text) ||
    softwareNames.has(text) ||
    deeds.has(text) ||
    nicknames.get(text) !== undefined;
  if (isKnown || !/^[a-z]+$/.test(text)) return token;
  const isName = names.some(
    (index) =>
      index.byBare.has(text) || index.byBeginning.has(text) || namesBySlip(text, index).length > 0,
  );
  const meant = isName
    ? null
    : (correctWord(word, knownWords()) ??
      (LIBRARY.test(text) ? null : correctWord(text, softwareNames)));
  return meant === null ? token : { ...token, text: meant, word: meant };
}

function onTokens({ idea, from, length }: Mention, { tokenOf }: Spread): Mention {
  const first = tokenOf[from] ?? 0;
  const last = tokenOf[from + length - 1] ?? first;
  return { idea, from: first, length: last - first + 1 };
}
