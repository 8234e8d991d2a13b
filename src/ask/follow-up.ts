import { toLine } from '../command/parse-clauses.ts';
import { lineWithFlags } from '../command/parse-flags.ts';
import { parseLine } from '../command/parse-line.ts';
import { UserError } from '../shared/errors.ts';
import { declared, termWords } from './declared-hosts.ts';
import type { Place } from './find-subjects.ts';
import { ofKinds, placesOfKinds } from './follow-kinds.ts';
import { range } from './lexicon.ts';
import { type Parts, partsOf, withWord } from './line-parts.ts';
import type { PlanContext } from './plan-request.ts';
import { type Reading, readQuestion } from './read-question.ts';
import { QUESTION_LENGTH_MAX } from './split-question.ts';
import { wordSet } from './words/word-list.ts';

/** What of the parts of a plan says what is there to be named. */
type Known = Omit<PlanContext, 'rank'>;

/** “And what about the same for …”. */
const LEADS =
  /^(?:(?:and|or|but|ok|okay|so|then|now|also|again|please|pls|only|just|thanks|thx|thank you|no(?=[,!.])|actually|sorry|i meant?|(?:what|how) about|what of|(?:the )?same(?: question| thing| again)?|show(?: me)?|give me|(?:which|what|are any|is any)(?: ones)? of (?:them|those|these)(?: are| is| run| have)?|which (?:ones|one) (?:are|is|have|has|run))[,:!.]? ){1,6}/i;
/** Of those that were listed, and not others in their place. */
const NARROWS =
  /\b(?:only|just|of (?:them|those|these)|which ones?)\b|^(?:the (?:[\w-]+ ){1,3}ones|(?:and )?with)\b/i;
/** Beside the severities of the line, and not in their place. */
const ADDS = /\b(?:too|also|as well)\b/i;
/** Words beside the names, which say nothing more. */
const BESIDE = wordSet(`
on for in at from of the and or only just ones one host server machine box container severity too
also as well please pls instead then now again as with are is that a an those any anything
something images
`);
/** “As csv”, “can I have that as a json file?” */
const AS_FILE =
  /^(?:(?:(?:can|could|may) (?:i|we|you)(?: please)? )?(?:have|get|export|send|give|show|download)?(?: me| us)?(?: (?:it|that|this|these|those|them|the list))? ?)(?:as |in |to |into )?(?:an? )?(csv|json|sarif)(?: file)?(?: please| pls)?$/i;
/** “By container”. */
const GROUPED =
  /^(?:(?:group(?:ed)?|sort(?:ed)?|list(?:ed)?)(?: (?:it|them|that))? )?(?:by|per) (container|rule)s?$/i;
/** All hosts, where nothing else is said. */
const EVERYWHERE =
  /^(?:(?:on|for|across) )?(?:all|every|each|everywhere|the (?:whole )?fleet)(?: of)?(?: our| the| my)?(?: hosts?| servers?| machines?| fleet)?$/i;
/** The same once more, as it is by now. */
const AGAIN =
  /^(?:(?:right )?now|currently|at the moment|by now|meanwhile|(?:(?:the )?same )?again|once more|(?:run|do|check|try|show)(?: (?:it|that|this))? (?:again|once more)|re-?run|re-?check|refresh|retry)$/i;
/** How it was then, and not what came since. */
const MOMENT = /\b(?:yesterday|ago|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{4}-\d\d-\d\d)\b/i;
const PERIOD = /\b(?:since|from|after|in|within|over|during|last|past)\b/i;
/** What says that something is left out. */
const LESS = /\b(?:but|except|excluding|without|besides|not|other than|apart from)\b/i;

/**
 * The lines that may be meant by a message which only names another place, time, container, property, severity or vulnerability
 * (“and on web2?”) than the line that was answered before it in the same conversation, or wants that again (“and now?”);
 * none where it says more than that, names what nobody knows, or that line has no room for it. Two where yesterday may
 * be how it was then or all since. Pure.
 */
export function followUps(message: string, previous: string, context: Known): string[] {
  if (message.length > QUESTION_LENGTH_MAX) return [];
  const said = message
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replace(/ ?[?!.]{1,5}$/, '');
  const named = said.replace(LEADS, '');
  const taken = partsOf(previous, context);
  if (named === '' || taken === null) return [];
  const [, format] = AS_FILE.exec(named) ?? [];
  if (format !== undefined) return fileOf(taken, format.toLowerCase(), previous, context);
  const reading = readQuestion(
    (BOUND.test(named) ? nounOf(taken) : '') + named,
    context,
    context,
    context.calendar,
  );
  const isThen = MOMENT.test(said) && !PERIOD.test(said);
  const isEither = isThen && taken.clauses.sinceText !== undefined;
  const [, group] = GROUPED.exec(named) ?? [];
  const changed = group
    ? [{ ...taken, flags: { ...taken.flags, by: group.toLowerCase() } }]
    : AGAIN.test(named)
      ? [again(taken)]
      : EVERYWHERE.test(named)
        ? [withHosts(taken, ['all'])]
        : (isEither ? [true, false] : [isThen]).map((isMoment) =>
            changedBy(reading, taken, { said, isMoment, context }),
          );
  const lines = changed.flatMap((parts) => (parts === null ? [] : lineOf(parts, context)));
  return [...new Set(lines)];
}

/** A version or an age without what it is of. */
const BOUND =
  /^(?:and )?(?:(?:those |ones )?(?:older|newer|below|above|before|under|up to|at least|version)\b|[<>=])/i;
/** What it is of: “older than 3.0.15” below a package, “older than 90 days” below images. */
const nounOf = ({ command: { name }, form, words: [word = ''] }: Parts): string =>
  name === 'images'
    ? 'images '
    : /^exposure \{(?:package|software)\}$/.test(form)
      ? `${word.replace(/[<>=].*/, '')} `
      : '';

/** A file of all findings; below a line that shows some of them, or something else, it is asked what is meant. */
function fileOf(taken: Parts, format: string, previous: string, context: Known): string[] {
  const clauses = { on: taken.clauses.on, atText: undefined, sinceText: undefined };
  const isOfAll = lineOf({ ...taken, clauses }, context)[0] === previous;
  const command = context.commands.find(({ name }) => name === 'export');
  const words = [format, 'findings'];
  const file = command && lineOf({ ...taken, command, words, clauses, flags: {} }, context);
  if (!file) return [];
  return taken.form === 'findings' && isOfAll ? file : [...file, previous];
}

/** As it is parsed; none where it is none. */
function lineOf({ command, words, clauses, flags }: Parts, context: Known): string[] {
  const line = lineWithFlags(toLine(command.name, words, clauses), flags);
  try {
    return [parseLine(line, { ...context, hosts: declared(context) }).line];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

const leavesOut = ({ leftOut, labels }: Reading): boolean =>
  leftOut.length > 0 || labels.some(({ isNot }) => isNot);

/** A line that does something is typed again by whoever wants that. */
const again = (parts: Parts): Parts | null =>
  parts.command.task === 'ask'
    ? { ...parts, clauses: { ...parts.clauses, atText: undefined } }
    : null;

/** The line with all that is named in its place; null where a word is left over, or a name without a place. */
function changedBy(
  reading: Reading,
  taken: Parts,
  { said, isMoment, context }: { said: string; isMoment: boolean; context: Known },
): Parts | null {
  const rest = restOf(reading);
  // “Without a memory limit” is a property.
  const kinds = placesOfKinds(reading).map((at) => reading.tokens[at]?.text.toLowerCase());
  const others = said.split(' ').filter((word) => !kinds.includes(word.toLowerCase()));
  const isLess = reading.isLess || (LESS.test(others.join(' ')) && !leavesOut(reading));
  if (isLess || !rest.every((word) => BESIDE.has(word))) return null;
  const steps = [
    ofHosts(reading, context),
    ofContainer(reading),
    ofKinds(reading, { narrows: NARROWS.test(said), adds: ADDS.test(said) }, context),
    ofVulnerability(reading),
    ofSoftware(reading),
    ofAge(reading),
    ofTime(reading, isMoment),
  ].filter((step) => step !== null);
  if (steps.length === 0) return null;
  return steps.reduce<Parts | null>((parts, step) => parts && step(parts), taken);
}

/** Words of no name. */
function restOf(reading: Reading): string[] {
  const { tokens, hosts, leftOut, labels, containers, vulnerability, software, age, when } =
    reading;
  const places: readonly (Place | null)[] = [
    ...[...hosts, ...leftOut, ...labels, ...containers],
    ...[vulnerability, software, age, when],
  ];
  const named = new Set([
    ...places.flatMap((place) => (place === null ? [] : range(place))),
    ...placesOfKinds(reading),
  ]);
  return tokens.flatMap(({ text }, at) => (named.has(at) ? [] : [text.toLowerCase()]));
}

/** Puts a name in the place of what a line said; null where the line has no such place. */
type Step = ((parts: Parts) => Parts | null) | null;

function ofHosts({ hosts, leftOut, labels }: Reading, known: Known): Step {
  const names = hosts.map(({ name }) => name).join(',');
  const named = [
    ...(names === '' ? [] : [names]),
    ...labels.flatMap(termWords),
    ...leftOut.flatMap(({ name }) => ['not', name]),
  ];
  if (named.length === 0) return null;
  return (parts) => {
    // What is asked of hosts has them as its words: of two that were compared neither is meant.
    if (!parts.words.some((word) => known.hosts.includes(word))) return withHosts(parts, named);
    const [host] = hosts;
    const isOne = host !== undefined && named.length === 1 && hosts.length === 1;
    return isOne && parts.form === 'hosts {host}' ? withWord(parts, 0, host.name) : null;
  };
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

function ofVulnerability({ vulnerability }: Reading): Step {
  if (vulnerability === null) return null;
  return (parts) =>
    parts.form === 'exposure {vulnerability}' ? withWord(parts, 0, vulnerability.id) : null;
}

function ofSoftware({ software }: Reading): Step {
  if (software === null) return null;
  const { name, operator, version } = software;
  return (parts) =>
    /^exposure \{(?:package|software)\}$/.test(parts.form)
      ? withWord(parts, 0, `${name}${operator}${version}`)
      : null;
}

function ofAge({ age }: Reading): Step {
  if (age === null) return null;
  return (parts) =>
    parts.command.name === 'images'
      ? { ...parts, words: [...parts.words, `older-than=${age.text}`] }
      : null;
}

/** A time; where it `isMoment`, a list that can be of a moment is of that one. */
function ofTime({ when }: Reading, isMoment: boolean): Step {
  if (when === null) return null;
  return (parts) => {
    const { takesAt, takesSince } = parts.command;
    const isAt = when.clause === 'at' || (isMoment && takesAt);
    const isTaken = isAt ? takesAt : takesSince;
    if (!isTaken || when.left.length > 0) return null;
    const times = isAt
      ? { atText: when.text, sinceText: undefined }
      : { atText: undefined, sinceText: when.text };
    return { ...parts, clauses: { ...parts.clauses, ...times } };
  };
}
