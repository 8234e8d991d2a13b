import type { ProblemAnswer, Understood } from '../answers/answer-base.ts';
import { retiredHosts } from '../inspections/hosts-among.ts';
import type { AuditEntry } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Paging } from '../ports/intent.ts';
import { DatabaseHeld, hintOf, OutsideError, onOutside, UserError } from '../shared/errors.ts';
import { isoTime } from '../shared/time.ts';
import type { Answer } from '../views/answer.ts';
import { zoneOfAsker, zoneSentence } from './asker-zone.ts';
import type { Command, CommandContext, CommandRequest, Permission } from './command.ts';
import { DecisionNeeded } from './decision-terms.ts';
import { hostsOfChannel } from './hosts-meant.ts';
import { linesAfter } from './lines-after.ts';
import { withNamedContainer } from './named-container.ts';
import { type ParsedLine, parseLine } from './parse-line.ts';
import { utcZone } from './parse-since.ts';
import { type PermitAsked, permit } from './permit.ts';
import { splitWords } from './plain-line.ts';
import { isQuestion, isSentence } from './plain-question.ts';
import { withVulnerability } from './vulnerability-instead.ts';

/** What a line, a form or a click stands for. */
export interface ParsedRequest extends Pick<ParsedLine, 'command' | 'request'> {
  /** What runs where the command understands no line in what was said. */
  otherwise?: ParsedRequest;
  /** What a message was understood as, which said only what is other than before. */
  understood?: Understood;
}

/** What of a request tells the line that it stands for. */
export type RequestSaid = Pick<CommandRequest, 'words' | 'line' | 'flags'>;

export interface RequestAsked extends Pick<PermitAsked, 'access'> {
  /** The page of a long list; left out where nobody can turn pages. */
  paging?: Paging | undefined;
  /** Asked once the person may, before anything runs; an answer stands in for running it. */
  beforeRun?: ((command: Command, request: RequestSaid) => Promise<Answer | null>) | undefined;
  /** Told what runs, once its start is in the audit. */
  onStart?: ((command: Command, request: RequestSaid) => Promise<void>) | undefined;
  /** The line as it was typed; left out for a form or a click. */
  typed?: string | undefined;
  /** Short id that the log carries too. */
  reference: string;
  /** Runs a command that only asks the database when its turn comes; at once when not given. */
  inTurn?: (<T>(work: () => Promise<T>) => Promise<T>) | undefined;
  /** Told about a bug or an outside failure, for the log. */
  onFailure?: (error: unknown, cause: 'outside' | 'bug') => void;
}

/** Runs a typed line, as `runRequest`. */
export const runLine = (
  context: CommandContext,
  { text, ...asked }: RequestAsked & { text: string },
): Promise<Answer> => runRequest(context, () => readLine(context, text), { ...asked, typed: text });

/**
 * Runs what was read from a line, a form or a click; `read` throws like `parseLine`. Always gives an
 * answer: every failure becomes a `problem`, never a rejection.
 */
export async function runRequest(
  context: CommandContext,
  read: () => ParsedRequest | Promise<ParsedRequest>,
  asked: RequestAsked,
): Promise<Answer> {
  const problem = (
    cause: ProblemAnswer['cause'],
    message: string,
    more: Partial<ProblemAnswer> = {},
  ) => toProblem(context.now, cause, message, more);
  try {
    const parsed = await readOrCorrect(context, read, asked);
    const { command } = parsed;
    const ofChannel = hostsOfChannel(context, context.actor.place);
    const permitted = await permit(context, parsed, { access: asked.access, ofChannel });
    if (!permitted.isAllowed) {
      await auditRefusal(context, parsed, permitted.permission, asked.onFailure);
      return problem('refused', permitted.message, { hint: permitted.hint });
    }
    const { request, hosts, permission } = permitted;
    const understood = await command.understand?.({ ...context, hosts }, request);
    if (understood) {
      const answer = await runRequest(context, () => readTyped(context, understood.line), asked);
      return { ...answer, understood };
    }
    const { otherwise } = parsed;
    if (otherwise !== undefined) return await runRequest(context, () => otherwise, asked);
    const instead = await asked.beforeRun?.(command, request);
    if (instead) return instead;
    await auditStart(context, { command, request, permission }, asked.onFailure);
    await asked.onStart?.(command, request);
    const work = async () => ({
      ...(await command.run({ ...context, hosts }, { ...request, paging: asked.paging })),
      ...(request.zone && { timeNote: zoneSentence(request.zone) }),
      ...(parsed.understood && { understood: parsed.understood }),
    });
    return await (asked.inTurn && command.task === 'ask' ? asked.inTurn(work) : work());
  } catch (error) {
    if (error instanceof UserError) {
      const { typed = '' } = asked;
      const told =
        error instanceof DecisionNeeded ? error : withVulnerability(error, typed, context.commands);
      const { correctedLine = null, hint = null } = told;
      const next = linesAfter(told, context);
      const form = error instanceof DecisionNeeded ? { form: error.form } : {};
      return problem('mistake', told.message, { hint, correctedLine, next, ...form });
    }
    const { reference } = asked;
    if (error instanceof OutsideError) {
      asked.onFailure?.(error, 'outside');
      return problem('outside', error.message, { hint: hintOf(error), reference });
    }
    asked.onFailure?.(error, 'bug');
    return bugAnswer(context.now, reference);
  }
}

/** What `read` gives; where it throws a mistake, with the line that is probably meant. */
async function readOrCorrect(
  context: CommandContext,
  read: () => ParsedRequest | Promise<ParsedRequest>,
  { typed, access }: RequestAsked,
): Promise<ParsedRequest> {
  try {
    return await read();
  } catch (mistake) {
    if (!(mistake instanceof UserError) || typed === undefined) throw mistake;
    throw await withNamedContainer(mistake, { context, text: typed, access });
  }
}

/**
 * Reads a typed line or a question in plain English, for the place of whoever typed it. Rejects as
 * `parseLine` throws.
 */
export async function readLine(context: CommandContext, text: string): Promise<ParsedRequest> {
  const typed = await tryTyped(context, text);
  const isLine = 'line' in typed;
  // “Why that one?” has the form of a line, and asks.
  const isSaid = !isLine || text.trimEnd().endsWith('?');
  const followed = isSaid ? await readFollowUp(context, text) : null;
  if (followed !== null) return followed;
  if (isLine && (typed.command.understand !== undefined || !isSentence(text))) return typed;
  const asked = asQuestion(context, text);
  if (!isLine && !isQuestion(text, typed, context.commands)) {
    if (asked !== null && (await isSureWord(context, asked, typed))) return asked;
    throw typed;
  }
  if (asked !== null) return isLine ? { ...asked, otherwise: typed } : asked;
  if (isLine) return typed;
  throw typed;
}

/** One word alone is a question where it surely means a line: `ports`, `secrets`, `version`. */
const isSureWord = async (
  context: CommandContext,
  { command, request }: ParsedLine,
  { correctedLine }: UserError,
): Promise<boolean> =>
  correctedLine === undefined &&
  splitWords(request.line).length === 2 &&
  Boolean(await command.understand?.(context, request));

/** A message that only changes the line before it; null for any other, and where there is none before. */
async function readFollowUp(context: CommandContext, text: string): Promise<ParsedRequest | null> {
  const previous = (await context.previousLine?.()) ?? null;
  const command = context.commands.find(({ follow }) => follow !== undefined);
  const understood = previous && (await command?.follow?.(context, text, previous));
  if (!understood) return null;
  const parsed = await readTyped(context, understood.line);
  // What is to be asked back was understood as nothing else.
  return parsed.command.follow === undefined ? { ...parsed, understood } : parsed;
}

/** The line as a question to the command that understands some; null where there is none. */
function asQuestion(context: CommandContext, text: string): ParsedLine | null {
  const command = context.commands.find(({ understand }) => understand !== undefined);
  return command === undefined ? null : parseLine(`${command.name} ${text}`, context);
}

async function tryTyped(context: CommandContext, text: string): Promise<ParsedLine | UserError> {
  try {
    return await readTyped(context, text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/**
 * What is said of a mistake in a channel that is about some hosts names no others. A line that means more than one thing
 * stays a mistake, though it means one thing among those.
 */
async function readTyped(context: CommandContext, text: string): Promise<ParsedLine> {
  const channelHosts = hostsOfChannel(context, context.actor.place);
  const zone = /\s(at|since)\s/i.test(text) ? await zoneOfAsker(context) : utcZone;
  const parse: Parse = (other = {}) =>
    parseLine(text, { ...context, zone, ...other }, channelHosts);
  try {
    return await parseWithRetired(context, parse);
  } catch (mistake) {
    if (!(mistake instanceof UserError) || channelHosts === null) throw mistake;
    await parseWithRetired(context, (other) => parse({ ...other, hosts: channelHosts }));
    throw new UserError(mistake.message);
  }
}

type Parse = (other?: Partial<Parameters<typeof parseLine>[1]>) => ParsedLine;

/** A line that is wrong may name a host that only the store knows; the store is asked no sooner. */
async function parseWithRetired(context: CommandContext, parse: Parse): Promise<ParsedLine> {
  try {
    return parse();
  } catch (mistake) {
    if (!(mistake instanceof UserError)) throw mistake;
    const retired = await findRetired(context, mistake);
    if (retired.length === 0) throw mistake;
    return parse({ retired });
  }
}

/** A database that fails must not stand in the way of the correction. */
async function findRetired({ past, hosts }: CommandContext, mistake: UserError) {
  try {
    return await retiredHosts(past, hosts);
  } catch (error) {
    if (error instanceof OutsideError) throw mistake;
    throw error;
  }
}

/** What is said when Seawall itself failed; the log carries the same reference. */
export const bugAnswer = (now: Clock, reference: string): ProblemAnswer =>
  toProblem(now, 'bug', 'Something went wrong in Seawall itself.', { reference });

/** An answer that says what went wrong, with the help beside it; `more` is what else it says, or says instead. */
export const toProblem = (
  now: Clock,
  cause: ProblemAnswer['cause'],
  message: string,
  more: Partial<ProblemAnswer>,
): ProblemAnswer => ({
  kind: 'problem',
  takenAt: isoTime(now()),
  next: ['help'],
  cause,
  message,
  hint: null,
  correctedLine: null,
  reference: null,
  ...more,
});

type OnFailure = ((error: unknown, cause: 'outside' | 'bug') => void) | undefined;
type Line = Pick<ParsedLine, 'command' | 'request'>;

/**
 * Writes that a command starts, unless it only reads or the store writes its changes. A database that
 * fails is told to `onFailure` and silences nobody: what changes something needs it anyway. Rejects with
 * `DatabaseHeld`: whoever waits for the row would wait as long for the answer.
 */
async function auditStart(
  context: Pick<CommandContext, 'audit' | 'actor' | 'now'>,
  { command, request, permission }: Line & { permission: Permission },
  onFailure: OnFailure,
): Promise<void> {
  if (permission === 'view' || command.audit !== undefined) return;
  const hosts = request.hosts.map(({ name }) => name);
  const words = [...request.words, ...(command.takesHost ? [hosts.join(', ')] : [])];
  const what = words.join(' ');
  await write(context, command.name, { outcome: 'done', what }).catch(
    onOutside((error) => {
      if (error instanceof DatabaseHeld) throw error;
      onFailure?.(error, 'outside');
    }),
  );
}

/**
 * Writes that somebody tried what was refused; questions are not worth a row. A database that fails is
 * told to `onFailure`.
 */
async function auditRefusal(
  context: Pick<CommandContext, 'audit' | 'actor' | 'now'>,
  { command, request }: Line,
  permission: Permission,
  onFailure: OnFailure,
): Promise<void> {
  if (permission === 'view') return;
  await write(context, command.name, { outcome: 'refused', what: request.line }).catch(
    onOutside((error) => onFailure?.(error, 'outside')),
  );
}

async function write(
  { audit, actor, now }: Pick<CommandContext, 'audit' | 'actor' | 'now'>,
  verb: string,
  entry: Pick<AuditEntry, 'outcome' | 'what'>,
): Promise<void> {
  await audit.record({ at: now(), actor, verb, ...entry, before: null, after: null });
}
