import { type Clauses, takeClauses, toLine } from '../command/parse-clauses.ts';
import { lineWithFlags, takeFlags } from '../command/parse-flags.ts';
import { parseLine } from '../command/parse-line.ts';
import { splitWords } from '../command/plain-line.ts';
import { UserError } from '../shared/errors.ts';
import { declared, termWords } from './declared-hosts.ts';
import type { Place } from './find-subjects.ts';
import { type Mention, range } from './lexicon.ts';
import { formOf } from './line-forms.ts';
import type { PlanContext } from './plan-request.ts';
import { type Reading, readQuestion } from './read-question.ts';
import { QUESTION_LENGTH_MAX } from './split-question.ts';
import { wordSet } from './words/word-list.ts';

/** What of the parts of a plan says what is there to be named. */
type Known = Omit<PlanContext, 'rank'>;

/** “And what about the same for …”. */
const LEADS =
  /^(?:(?:and|or|but|ok|okay|so|then|now|also|again|please|pls|only|just|(?:what|how) about|what of|(?:the )?same(?: question| thing| again)?|show(?: me)?|give me)[,:]? ){1,6}/i;
/** Words beside the names, which say nothing more. */
const BESIDE = wordSet(`
on for in at from of the and or only just ones one host server machine box container severity too
also as well please pls instead then now again
`);
/** All hosts, where nothing else is said. */
const EVERYWHERE =
  /^(?:(?:on|for|across) )?(?:all|every|each|everywhere|the (?:whole )?fleet)(?: of)?(?: our| the| my)?(?: hosts?| servers?| machines?| fleet)?$/i;
/** What says that something is left out. */
const LESS = /\b(?:but|except|excluding|without|besides|not|other than|apart from)\b/i;
const SEVERITIES = ['critical', 'high', 'medium', 'low'];

/**
 * The line that is meant by a message which only names another place, time, container, severity or vulnerability
 * (“and on web2?”) than the line that was answered before it in the same conversation; null where it says more
 * than that, names what nobody knows, or that line has no room for it. Pure.
 */
export function followUp(message: string, previous: string, context: Known): string | null {
  if (message.length > QUESTION_LENGTH_MAX) return null;
  const said = message
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replace(/ ?[?!.]{1,5}$/, '');
  const named = said.replace(LEADS, '');
  const taken = partsOf(previous, context);
  if (named === '' || taken === null) return null;
  const reading = readQuestion(named, context, context, context.calendar);
  const isLess = reading.isLess || (LESS.test(named) && !leavesOut(reading));
  const changed = EVERYWHERE.test(named)
    ? withHosts(taken, ['all'])
    : isLess
      ? null
      : changedBy(reading, taken);
  if (changed === null) return null;
  const { command, words, clauses, flags } = changed;
  const line = lineWithFlags(toLine(command.name, words, clauses), flags);
  try {
    return parseLine(line, { ...context, hosts: declared(context) }).line;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** “Is it privileged?”, “scan that host”. */
const POINTS =
  /(?<!\bwho (?:is|was|did) )\b(?:it|its|(?:that|this)(?: same)? (?:one|container|service|workload|host|server|machine|box|cve|vulnerability))\b/i;

/** “It is slow”, “thanks, got it”, “ok, we fixed it”: nothing is asked. */
const TELLS =
  /^(?:(?:ah|oh|ok|okay|yes|yep|no|well|great|good|nice|cool|perfect|fine|thanks?|thank you|thx|cheers|so|and|but)[,.! ]+){0,4}(?:(?:it|(?:that|this) (?:one|container|service|workload|host|server|machine|box|cve|vulnerability))\b|got it|(?:i|we)(?:['’]ve| have)?(?: just| already| now)? (?:see|saw|got|know|fixed|removed|stopped|restarted|deleted|rebuilt|updated|did)\b)[^?]*$/i;

/**
 * A question in which a word such as “it” stands for what the line before it is about, with that said: “is it
 * privileged?” below `inspect redis`. Null where it points to nothing or tells something, or that line names no one thing. Pure.
 */
export function withSubject(
  message: string,
  previous: string,
  context: Known,
): { question: string; subject: string } | null {
  if (message.length > QUESTION_LENGTH_MAX || !POINTS.test(message)) return null;
  if (TELLS.test(message.trim())) return null;
  const taken = partsOf(previous, context);
  const subject = taken && subjectOf(taken);
  if (!subject) return null;
  const { containers } = readQuestion(message, context, context, context.calendar);
  // “Can it reach redis?” has a container of its own.
  const question =
    containers.length > 0
      ? message.replace(POINTS, () => subject.said)
      : `It is about ${subject.said}. ${message}`;
  return { question, subject: subject.name };
}

/** The one container, vulnerability or host that a line names, and how it is said. */
function subjectOf({ command, form, words, clauses }: Parts) {
  const [host, ...others] = clauses.on ?? [];
  const isHost =
    host !== undefined && others.length === 0 && /^[\w.-]+$/.test(host) && host !== 'all';
  const marks = form.split(' ').slice(1);
  const at = marks.findIndex((mark) => mark === '{container}' || mark === '{vulnerability}');
  const name = command.name === 'hosts' ? words[0] : words[at];
  if (name !== undefined) return { name, said: isHost ? `${name} on ${host}` : name };
  return isHost ? { name: host, said: host } : null;
}

const leavesOut = ({ leftOut, labels }: Reading): boolean =>
  leftOut.length > 0 || labels.some(({ isNot }) => isNot);

interface Parts {
  command: Known['commands'][number];
  words: readonly string[];
  clauses: Clauses;
  flags: Readonly<Record<string, string>>;
  /** As `formOf` gives it. */
  form: string;
}

function partsOf(line: string, { commands }: Known): Parts | null {
  const [verb, ...rest] = splitWords(line);
  const command = commands.find(({ name }) => name === verb);
  const form = formOf(line);
  if (command === undefined || command.takesText || form === null) return null;
  const { words: unflagged, flags } = takeFlags(rest, command);
  return { command, form, flags, ...takeClauses(unflagged, command) };
}

/** The line with all that is named in its place; null where a word is left over, or a name without a place. */
function changedBy(reading: Reading, taken: Parts): Parts | null {
  const severities = reading.mentions.filter(({ idea }) => isSeverity(idea));
  if (!restOf(reading, severities).every((word) => BESIDE.has(word))) return null;
  const steps = [
    ofHosts(reading),
    ofContainer(reading),
    ofSeverities(severities),
    ofVulnerability(reading),
    ofTime(reading),
  ].filter((step) => step !== null);
  if (steps.length === 0) return null;
  return steps.reduce<Parts | null>((parts, step) => parts && step(parts), taken);
}

const isSeverity = (idea: string): boolean => SEVERITIES.includes(idea.toLowerCase());

/** Words of no name. */
function restOf(reading: Reading, severities: readonly Mention[]): string[] {
  const { tokens, hosts, leftOut, labels, containers, vulnerability, when } = reading;
  const places: readonly (Place | null)[] = [
    ...[...hosts, ...leftOut, ...labels, ...containers, ...severities],
    ...[vulnerability, when],
  ];
  const named = new Set(places.flatMap((place) => (place === null ? [] : range(place))));
  return tokens.flatMap(({ text }, at) => (named.has(at) ? [] : [text.toLowerCase()]));
}

/** Puts a name in the place of what a line said; null where the line has no such place. */
type Step = ((parts: Parts) => Parts | null) | null;

function ofHosts({ hosts, leftOut, labels }: Reading): Step {
  const names = hosts.map(({ name }) => name).join(',');
  const named = [
    ...(names === '' ? [] : [names]),
    ...labels.flatMap(termWords),
    ...leftOut.flatMap(({ name }) => ['not', name]),
  ];
  return named.length === 0 ? null : (parts) => withHosts(parts, named);
}

const withHosts = (parts: Parts, on: readonly string[]): Parts | null =>
  parts.command.takesHost ? { ...parts, clauses: { ...parts.clauses, on } } : null;

function ofContainer({ containers: [container, second] }: Reading): Step {
  if (container === undefined) return null;
  return (parts) => {
    const at = parts.form.split(' ').indexOf('{container}') - 1;
    return at < 0 || second !== undefined ? null : withWord(parts, at, container.name);
  };
}

const withWord = (parts: Parts, at: number, word: string): Parts => ({
  ...parts,
  words: parts.words.toSpliced(at, 1, word),
});

function ofSeverities(mentions: readonly Mention[]): Step {
  if (mentions.length === 0) return null;
  const named = new Set(mentions.map(({ idea }) => idea.toLowerCase()));
  const words = SEVERITIES.filter((one) => named.has(one));
  return (parts) =>
    /^findings(?: \{severities\})?$/.test(parts.form) ? { ...parts, words } : null;
}

function ofVulnerability({ vulnerability }: Reading): Step {
  if (vulnerability === null) return null;
  return (parts) =>
    parts.form === 'exposure {vulnerability}' ? withWord(parts, 0, vulnerability.id) : null;
}

function ofTime({ when }: Reading): Step {
  if (when === null) return null;
  return (parts) => {
    const { takesAt, takesSince } = parts.command;
    const isTaken = when.clause === 'at' ? takesAt : takesSince;
    if (!isTaken || when.left.length > 0) return null;
    const times =
      when.clause === 'at'
        ? { atText: when.text, sinceText: undefined }
        : { atText: undefined, sinceText: when.text };
    return { ...parts, clauses: { ...parts.clauses, ...times } };
  };
}
