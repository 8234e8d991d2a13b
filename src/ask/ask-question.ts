import type { Understood } from '../answers/answer-base.ts';
import type { CommandContext } from '../command/command.ts';
import { hostsOfChannel } from '../command/hosts-meant.ts';
import { splitWords } from '../command/plain-line.ts';
import type { Actor } from '../findings/acceptance.ts';
import { schedulesInForce } from '../inspections/digest-schedules.ts';
import { onOutside } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { quoteWord } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import type { AskAnswer } from '../views/ask.ts';
import { followUps } from './follow-up.ts';
import { asksNothing } from './is-pleasantry.ts';
import { isDecision, partsOf as lineParts } from './line-parts.ts';
import { calendarFor, loadRanker } from './load-helpers.ts';
import { planQuestion } from './plan-question.ts';
import { OFFERED_MAX, type Plan, type PlanContext, type PlannedLine } from './plan-request.ts';
import { withSubject } from './point-back.ts';
import { pointsToListed } from './points-to-listed.ts';
import { plainRequest } from './split-question.ts';
import { type Missing, OF_ONE_CONTAINER } from './unknown-name.ts';

/** The line that a question surely means; null where it is unsure, or means a decision. */
export async function understandQuestion(
  context: CommandContext,
  question: string,
): Promise<Understood | null> {
  const plan = await planFor(context, question);
  if (plan.kind !== 'sure' || isDecision(plan.planned)) return null;
  const { line, ignored } = plan.planned;
  const isOfWho = plan.planned.command.name === 'inspect' && WHO_DID.test(plainRequest(question));
  return { line, ignored, ...(isOfWho && { remark: NOBODY_TOLD }) };
}

const WHO_DID =
  /^(?:who|which (?:person|user|colleague)|by whom)\b.*\b(?:stop|kill|restart|start|remov|delet|creat|paus|shut|took|brought)/;
const NOBODY_TOLD = 'Docker does not tell who starts, stops or removes a container.';

/**
 * The line that a message means which only changes the one that was answered before it (`followUps`), or asks of
 * what that one is about (`withSubject`), or that it is to be asked back, since it points to what that one listed.
 */
export async function understandFollowUp(
  context: CommandContext,
  message: string,
  previous: string,
): Promise<Understood | null> {
  const known = await knownFor(context, message);
  const [line, other] = followUps(message, previous, known);
  const isOne = line !== undefined && other === undefined;
  if (line !== undefined) return { line: isOne ? line : `ask ${message}`, ignored: [] };
  const pointed = withSubject(message, previous, known);
  const understood = pointed && (await understandQuestion(context, pointed.question));
  // A question that says all by itself is answered as any other.
  const isOfIt = (line: string) =>
    pointed?.subject === '' || splitWords(line).includes(pointed?.subject ?? '');
  if (understood && isOfIt(understood.line)) return understood;
  const isLeft = pointed !== null && OF_IT.test(message);
  return isLeft || pointsToListed(message) ? { line: `ask ${message}`, ignored: [] } : null;
}

/** “Is it public?” is of what was shown, and not of all that are. */
const OF_IT =
  /^(?:(?:and|so|but|ok|hm),? )?(?:(?:is|was|has|had|does|did|can|could) it\b(?! (?:true|possible|ok|okay|correct|right|normal)\b)|its\b)/i;

/** What is said to a question of which no line is run: what it may mean, or what else can be asked. */
export async function askBack(context: CommandContext, question: string): Promise<AskAnswer> {
  const previous = (await context.previousLine?.()) ?? null;
  const understood = await knownFor(context, question);
  const ways = previous === null ? [] : followUps(question, previous, understood);
  if (ways.length > 1) return askWhich(context, question, { lines: ways, asks: 'choose' });
  const pointed = previous && withSubject(question, previous, understood);
  const isShown = previous !== null && lineParts(previous, context) !== null;
  if (isShown && !pointed && pointsToListed(question))
    return askWhich(context, question, { lines: [previous], asks: 'listed' });
  const plan = await planFor(context, pointed ? pointed.question : question);
  const { planned, missing } = partsOf(plan);
  const known =
    missing === null ? [] : nearestFirst(missing, await namesFor(context, missing.what));
  const isSure = plan.kind === 'sure';
  const asks = isSure
    ? 'confirm'
    : missing !== null
      ? 'name'
      : planned.length > 0
        ? 'choose'
        : asksNothing(question)
          ? 'nothing'
          : 'none';
  const isAtALoss = asks === 'none' || asks === 'nothing';
  const named = missing === null ? [] : linesWithName(missing, known, planned);
  const lines = missing === null ? planned : [...named, ...planned].slice(0, OFFERED_MAX);
  const isMissed = asks === 'choose' || asks === 'none';
  if (isMissed) await countMiss(context);
  return {
    kind: 'ask',
    takenAt: isoTime(context.now()),
    question,
    lines: lines.map((one) => withSummary(one, context)),
    asks,
    missing: missing === null ? null : { ...missing, known },
    topics: isAtALoss ? topicsOf(context) : [],
    keep: isMissed && context.keepsMisses ? keepBy(context.actor) : null,
    next: isAtALoss ? ['help'] : lines.filter((one) => !needsText(one)).map(({ line }) => line),
  };
}

/** Which of the lines is meant, or what of a list, which may be another one by now: neither is guessed. */
function askWhich(
  context: CommandContext,
  question: string,
  { lines, asks }: { lines: string[]; asks: 'choose' | 'listed' },
): AskAnswer {
  return {
    kind: 'ask',
    takenAt: isoTime(context.now()),
    question,
    lines: lines.map((line) => withSummary({ line, ignored: [] }, context)),
    asks,
    missing: null,
    topics: [],
    keep: null,
    next: lines,
  };
}

function withSummary({ line, ignored }: Offered, { commands }: CommandContext) {
  const command = commands.find(({ name }) => line.split(' ', 1)[0] === name);
  if (command === undefined) throw new Error(`“${line}” begins with no command`);
  return { line, ignored: [...ignored], summary: command.summary };
}

/** A database that fails takes nobody's answer away. */
const countMiss = ({ misses, now }: CommandContext): Promise<void> =>
  misses.count(now()).catch(onOutside(() => undefined));

const keepBy = ({ place }: Actor): AskAnswer['keep'] => (place === 'terminal' ? 'line' : 'button');

const partsOf = (plan: Plan) =>
  plan.kind === 'none'
    ? { planned: [], missing: null }
    : plan.kind === 'sure'
      ? { planned: [withPlaceholders(plan.planned)], missing: null }
      : { planned: plan.planned.filter((one) => !isDecision(one)), missing: plan.missing };

type Offered = Pick<PlannedLine, 'line' | 'ignored'>;

/** A decision with the places of what only a person can write. */
function withPlaceholders(planned: PlannedLine): PlannedLine {
  const { flags = {}, name } = planned.command;
  if (flags.reason === undefined || name === 'baseline') return planned;
  const { line } = planned;
  // A reason is one word of it, whatever it says.
  const said = splitWords(line);
  if (said.includes('--withdraw')) return planned;
  const isUntilSaid = said.includes('--until');
  if (said.includes('--reason')) {
    return isUntilSaid ? planned : { ...planned, line: `${line} --until "…"` };
  }
  return { ...planned, line: `${line} --reason "…"${isUntilSaid ? '' : ' --until 30d'}` };
}

/** A reason that nobody wrote must not be one press away. */
const needsText = ({ line }: Offered): boolean => line.includes('"…"');

/** Names in their order, those that are like what was typed before all others. */
function nearestFirst({ typed }: Missing, names: readonly string[]): string[] {
  if (typed === null) return [...names];
  const stem = /^[a-z]{3,40}/.exec(typed.toLowerCase())?.[0] ?? typed;
  const isNear = (name: string): boolean =>
    nearest(typed, [name]) !== undefined || name.toLowerCase().startsWith(stem);
  return [...names.filter(isNear), ...names.filter((name) => !isNear(name))];
}

/** The lines that a missing name leads to, with real names. */
function linesWithName(
  { command, what }: { command: string; what: string },
  known: readonly string[],
  planned: readonly PlannedLine[],
): Offered[] {
  if (what === 'two hosts') {
    const [left, right] = known;
    return right === undefined ? [] : [{ line: `${command} ${left} ${right}`, ignored: [] }];
  }
  if (what === 'container') {
    return OF_ONE_CONTAINER.includes(command)
      ? known.map((name) => ({ line: `${command} ${quoteWord(name)}`, ignored: [] }))
      : [];
  }
  const [best] = planned;
  if (best === undefined || !best.command.takesHost || / on \S+$/.test(best.line)) return [];
  return known.map((name) => ({ line: `${best.line} on ${quoteWord(name)}`, ignored: [] }));
}

const planFor = async (context: CommandContext, question: string): Promise<Plan> =>
  planQuestion(question, { ...(await knownFor(context, question)), rank: await loadRanker() });

async function knownFor(
  context: CommandContext,
  question: string,
): Promise<Omit<PlanContext, 'rank'>> {
  const { commands, rules, hosts, now } = context;
  return {
    ...{ commands, rules, now: now() },
    hosts: hosts.map(({ name }) => name),
    labelled: hosts,
    containers: await containerNames(context),
    timezone: await timezoneOf(context),
    calendar: await calendarFor(question),
  };
}

async function namesFor(context: CommandContext, what: 'container' | 'host' | 'two hosts') {
  const asked = hostsOfChannel(context, context.actor.place) ?? context.hosts;
  return what === 'container' ? containerNames(context) : asked.map(({ name }) => name);
}

/** Names of containers, also of those that are gone, each once. */
async function containerNames({ store, hosts }: CommandContext): Promise<string[]> {
  const among = { hosts: hosts.map(({ name }) => name), includeGone: true };
  return [...new Set((await store.listNames(among)).map(({ name }) => name))];
}

/** The zone that the channel's digest goes by; a clock without one is of UTC. */
async function timezoneOf({ digests, channels, actor }: CommandContext): Promise<string> {
  const inForce = schedulesInForce(await digests.listSchedules(), channels);
  return inForce.find(({ channel }) => channel === actor.place)?.schedule.timezone ?? 'UTC';
}

const tasks = { ask: 'To see', act: 'To do', learn: 'To learn' } as const;
const TOPIC_LINES: Readonly<Record<keyof typeof tasks, readonly string[]>> = {
  ask: ['posture', 'findings', 'containers', 'exposure', 'diff', 'execs'],
  act: ['scan', 'digest', 'export'],
  learn: ['explain', 'whoami', 'help'],
};

/** What can be asked, each command by its first example, with a real host. */
function topicsOf({ commands, hosts }: CommandContext): AskAnswer['topics'] {
  return Object.entries(tasks).map(([task, title]) => ({
    task: title,
    lines: TOPIC_LINES[task as keyof typeof tasks].flatMap((name) => {
      const example = commands.find((command) => command.name === name)?.examples[0];
      return example === undefined ? [] : [example.replaceAll('web-1', hosts[0]?.name ?? 'web-1')];
    }),
  }));
}
