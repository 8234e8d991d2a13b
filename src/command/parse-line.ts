import type { HostDeclaration } from '../ports/declarations.ts';
import { UserError } from '../shared/errors.ts';
import { isTerm, labelsOf, readTerm } from '../shared/label-terms.ts';
import { nearest, nearestOrBegun } from '../shared/nearest.ts';
import { listed, quoteWord } from '../shared/text.ts';
import type { Command, CommandContext, CommandRequest } from './command.ts';
import { namesMadeUp } from './example-names.ts';
import { hostsMeant, NONE_DECLARED } from './hosts-meant.ts';
import { type Clauses, readTimes, takeClauses, toLine } from './parse-clauses.ts';
import { lineWithFlags, refuseLooseText, takeFlags } from './parse-flags.ts';
import { type AskerZone, utcZone } from './parse-since.ts';
import { decides, knownFirstWord } from './permission.ts';
import { plainLine, splitWords } from './plain-line.ts';

export interface ParsedLine {
  command: Command;
  request: CommandRequest;
  /** The line as understood, in canonical spelling. */
  line: string;
}

type ParseContext = Pick<CommandContext, 'commands' | 'rules' | 'hosts'> & {
  /** Hosts that only the store knows; they are found when they are named, and for the past alone. */
  retired?: readonly HostDeclaration[];
  /** Whose wall clock times of day are on; UTC when left out. */
  zone?: AskerZone;
};

/** Longest line that is looked at; Slack itself allows 3,000 characters and more. */
const LINE_LENGTH_MAX = 2_000;
/** Mistakes of one line that are corrected at once. */
const CORRECTIONS_MAX = 8;

/**
 * Turns a typed line (without `/seawall`) into a command and its request. An empty line is `help`.
 * Throws `UserError` with the corrected line where one is near; that line parses.
 * `channelHosts`: the hosts a channel is about, when the settings say so; none where what they say means none.
 */
export function parseLine(
  text: string,
  context: ParseContext,
  channelHosts: readonly HostDeclaration[] | null = null,
): ParsedLine {
  try {
    return parseOnce(text, context, channelHosts);
  } catch (error) {
    if (!(error instanceof UserError) || error.correctedLine === undefined) throw error;
    const correctedLine = finishCorrection(error.correctedLine, context);
    throw new UserError(error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      ...(correctedLine !== undefined && { correctedLine }),
    });
  }
}

/** Corrects on until the line parses: a line with two mistakes gets a suggestion that works. */
function finishCorrection(firstLine: string, context: ParseContext): string | undefined {
  let line = firstLine;
  for (let count = 0; count < CORRECTIONS_MAX; count++) {
    try {
      parseOnce(line, context, null);
      return line;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.correctedLine === undefined) return undefined;
      line = error.correctedLine;
    }
  }
  return undefined;
}

function parseOnce(
  text: string,
  context: ParseContext,
  channelHosts: readonly HostDeclaration[] | null,
): ParsedLine {
  if (text.length > LINE_LENGTH_MAX) {
    throw new UserError(
      `A command may have ${LINE_LENGTH_MAX} characters, this has ${text.length}.`,
    );
  }
  const plain = plainLine(text);
  const [verb = 'help', ...rest] = splitWords(plain);
  const command = findCommand(verb, rest, context);
  if (command.takesText) return withText(command, plain.slice(verb.length), context.hosts);
  if (command.takesHost) refuseLooseLabel(command, rest, context.hosts);
  refuseLooseText(rest, command);
  const { words: unflagged, flags } = takeFlags(rest, command);
  const { words: typed, clauses } = takeClauses(unflagged, command);
  const spelt = inKnownSpelling(typed, command, context);
  const words = knownFirstWord(command, spelt, (near) => toLine(command.name, near, clauses));
  checkWords(words, command, context, clauses);
  const hosts = chooseHosts(clauses, words, command, context, channelHosts);
  const times = readTimes(clauses, words, command, context.zone ?? utcZone);
  const line = toLine(command.name, words, clauses);
  const named = {
    isHostNamed: clauses.on !== undefined,
    isEveryHost: clauses.on?.length === 1 && clauses.on[0]?.toLowerCase() === 'all',
    isLimited: false,
    ...(clauses.on !== undefined && { hostText: clauses.on.map(quoteWord).join(' ') }),
  };
  return {
    command,
    request: { words, hosts, ...named, ...times, flags, line },
    line: lineWithFlags(line, flags),
  };
}

/** A label with a blank is one word: `on "team=data platform"`. */
function refuseLooseLabel(
  { name }: Command,
  words: readonly string[],
  hosts: readonly HostDeclaration[],
): void {
  if (!words.some((word) => word.includes('='))) return;
  for (const { key, value } of labelsOf(hosts)) {
    const label = `${key}=${value}`;
    const parts = label.toLowerCase().split(' ');
    const isAt = (at: number) => parts.every((part, i) => words[at + i]?.toLowerCase() === part);
    const at = parts.length > 1 ? words.findIndex((_word, index) => isAt(index)) : -1;
    if (at < 0) continue;
    throw new UserError(`The label “${label}” has a blank: put it between quotation marks.`, {
      correctedLine: [name, ...words.toSpliced(at, parts.length, label)].map(quoteWord).join(' '),
    });
  }
}

/** A line of which all behind the verb is one text, taken as it is. */
function withText(command: Command, behind: string, hosts: readonly HostDeclaration[]): ParsedLine {
  // A quotation within stays one: “accept …, reason "checked by hand"”.
  const text = behind.trim().replace(/^(["'])((?:(?!\1).)*)\1?$/s, '$2');
  const words = text === '' ? [] : [text];
  const line = [command.name, ...words].join(' ');
  const named = { isHostNamed: false, isEveryHost: false, isLimited: false };
  const request = { words, hosts, ...named, since: null, at: null, flags: {}, line };
  if (words.length >= command.words.minimum) return { command, request, line };
  throw needsMore(command);
}

/** An example is offered to be run where everything that it names is there, and nobody has to decide. */
function needsMore(command: Command): UserError {
  const example = decides(command, [])
    ? undefined
    : command.examples.find((line) => !namesMadeUp(line));
  return new UserError(`“${command.name}” needs more words.`, {
    hint: command.usage,
    ...(example && { correctedLine: example }),
  });
}

function findCommand(verb: string, rest: readonly string[], context: ParseContext): Command {
  const names = context.commands.map(({ name }) => name);
  const command = context.commands.find(({ name }) => name === verb.toLowerCase());
  if (command) return command;
  const near = nearest(verb, names);
  throw new UserError(`There is no command “${verb}”.`, {
    hint: `There are: ${names.join(', ')}.`,
    ...(near && { correctedLine: [near, ...rest.map(quoteWord)].join(' ') }),
  });
}

/** Known words are lower case; what else there is (container names, say) keeps its own. */
function inKnownSpelling(
  words: readonly string[],
  command: Command,
  context: ParseContext,
): readonly string[] {
  const known = new Set(command.words.known?.(context));
  return words.map((word) => (known.has(word.toLowerCase()) ? word.toLowerCase() : word));
}

function checkWords(
  words: readonly string[],
  command: Command,
  context: ParseContext,
  clauses: Clauses,
): void {
  if (words.length < command.words.minimum) throw needsMore(command);
  const takesAny = command.words.takesOthers || beginsOwn(command, words);
  const known = takesAny ? undefined : command.words.known?.(context);
  const wrong = known && words.find((word) => !known.includes(word));
  const hasSurplus = words.length > command.words.maximum;
  if ((hasSurplus || wrong !== undefined) && command.takesHost && clauses.on === undefined) {
    refuseHostWithoutOn(words, command, context, clauses);
  }
  const again = words.lastIndexOf('on');
  // A container may be called so; what stands before the last word of several is none.
  const isAgain = wrong === 'on' || (again > 0 && again === words.length - 2);
  if (clauses.on !== undefined && isAgain) {
    throw new UserError(`“${command.name}” takes “on” once.`, {
      hint: 'Several hosts are joined by “and”: on web-1 and web-2.',
      correctedLine: toLine(command.name, words.slice(0, again), clauses),
    });
  }
  if (hasSurplus) {
    throw new UserError(`“${command.name}” does not know what to do with “${words.at(-1)}”.`, {
      hint: command.usage,
      correctedLine: toLine(command.name, words.slice(0, command.words.maximum), clauses),
    });
  }
  if (!known || wrong === undefined) return;
  const gone = context.retired?.find((host) => isNamed(host, wrong));
  if (gone !== undefined) throw onlyPast(gone.name);
  const near = nearestOrBegun(wrong, known);
  const corrected = words.map((word) => (word === wrong && near ? near : word));
  throw new UserError(`“${command.name}” does not know “${wrong}”.`, {
    hint: `It knows: ${knownText(known, context)}.`,
    ...(near && { correctedLine: toLine(command.name, [...new Set(corrected)], clauses) }),
  });
}

/** Words that are listed one by one. */
const KNOWN_SHOWN = 40;

/** A hundred ids of rules would hide the words that are few. */
function knownText(known: readonly string[], { rules }: ParseContext): string {
  const ids = new Set(rules.map(({ id }) => id));
  const own = known.filter((word) => !ids.has(word));
  if (own.length === 0 || own.length === known.length) return listed(known, KNOWN_SHOWN);
  return `${listed(own, KNOWN_SHOWN)}, and behind “rule” the id of one`;
}

/** True for a line whose first word the command declares: what follows it is checked by the command. */
const beginsOwn = ({ permission }: Command, [first = '']: readonly string[]): boolean =>
  typeof permission !== 'string' && Object.hasOwn(permission, first);

/** `scan web-1` is not taken for `scan`, which may look at every host. */
function refuseHostWithoutOn(
  words: readonly string[],
  command: Command,
  { hosts }: ParseContext,
  clauses: Clauses,
): void {
  const read = readTerm(words.at(-1) ?? '', hosts);
  if (!isTerm(read) || read.kind === 'all') return;
  const isHost = read.kind === 'name';
  const word = isHost ? read.name : `${read.key}=${read.value}`;
  throw new UserError(
    `“${word}” is a ${isHost ? 'host' : 'label of hosts'}: write “on” before it.`,
    {
      hint: command.usage,
      correctedLine: toLine(command.name, words.slice(0, -1), { ...clauses, on: [word] }),
    },
  );
}

/** What is asked of a host that the settings no longer declare must be about its past. */
const onlyPast = (host: string): UserError =>
  new UserError(`“${host}” is no longer declared in the settings: only its past is known.`, {
    hint: '`containers`, `findings` and `inspect` answer for it.',
    correctedLine: `containers since 7d on ${quoteWord(host)}`,
  });

function chooseHosts(
  clauses: Clauses,
  words: readonly string[],
  command: Command,
  { hosts, retired = [] }: ParseContext,
  channelHosts: readonly HostDeclaration[] | null,
): readonly HostDeclaration[] {
  const { on } = clauses;
  if (on !== undefined) {
    const isPast = command.takesRetiredHost && on.length === 1;
    const isDeclared = hosts.some((host) => isNamed(host, on[0]));
    const gone = retired.find((host) => on.length === 1 && !isDeclared && isNamed(host, on[0]));
    if (gone !== undefined && !isPast) throw onlyPast(gone.name);
    return hostsMeant(
      on,
      isPast ? [...hosts, ...retired] : hosts,
      (near) => toLine(command.name, words, { ...clauses, on: near }),
      command.usage.includes('container>'),
    );
  }
  if (channelHosts?.length === 0 && command.takesHost) {
    throw new UserError(NONE_DECLARED, {
      hint: 'The settings name them under channels.hosts; “on” names others.',
    });
  }
  if (channelHosts !== null && channelHosts.length > 0) return channelHosts;
  const fallback = hosts.filter(({ isDefault }) => isDefault);
  return fallback.length > 0 ? fallback : hosts;
}

const isNamed = ({ name }: HostDeclaration, word: string | undefined): boolean =>
  name.toLowerCase() === word?.toLowerCase();
