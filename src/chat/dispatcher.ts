import pLimit from 'p-limit';
import type { AccessRules } from '../command/access.ts';
import type { Command, CommandContext, CommandRequest, CoreContext } from '../command/command.ts';
import { askedWord } from '../command/permission.ts';
import {
  bugAnswer,
  type ParsedRequest,
  type RequestAsked,
  readLine,
  runRequest,
} from '../command/run-line.ts';
import type { Clock } from '../ports/clock.ts';
import type { Intent, TokenStore } from '../ports/intent.ts';
import { onOutside } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { type Answer, answerDocument } from '../views/answer.ts';
import { note } from '../views/document.ts';
import { type SlackReply, slackReply } from '../views/slack-messages.ts';
import type { AgentView } from './agent-view.ts';
import { openConversation } from './conversation.ts';
import { type Asker, decideAccess } from './decide-access.ts';
import { type HeldDelivery, TRIES_MAX } from './deliveries.ts';
import { type FileTurn, openFileTurns } from './file-turns.ts';
import { lastLineIn } from './last-line.ts';
import { bounded, LINE_LENGTH_MAX } from './line-length.ts';
import type { Person } from './people.ts';
import { type AskedAt, isDirect } from './place.ts';
import type { WaysOut } from './public-post.ts';
import type { Rates } from './rates.ts';
import { tooOftenAnswer } from './refusals.ts';
import { boundedReply, replyWithTokens, withFeedback } from './reply.ts';
import { withShare } from './share.ts';
import { openStopButton } from './stop-button.ts';
import { isDecision, nameOf } from './typed-decision.ts';
import { fileOf } from './uploads.ts';
import type { UserGroups } from './user-groups.ts';

/** What is asked for, by whom; the place is that of the answer. */
export interface Question
  extends AskedAt,
    Pick<Asker, 'isElsewhere'>,
    Pick<RequestAsked, 'paging' | 'beforeRun'> {
  /** The line without the command or mention, or what a form or a click stands for. */
  asks: string | (() => ParsedRequest);
}

export interface Asked extends Question {
  delivery: HeldDelivery;
  /** Opens a form that says why, where the way to one is still open; false when it did not. Never rejects. */
  openForm?: ((form: Intent, why: string) => Promise<boolean>) | undefined;
}

export interface DispatcherParts {
  context: CoreContext;
  access: AccessRules;
  groups: UserGroups;
  ways: WaysOut;
  agent: AgentView;
  personOf: (user: string) => Promise<Person>;
  tokens: TokenStore;
  /** Null: scans are not counted. */
  rates: Rates | null;
  /** How the app is set up, for the Home tab of those who may approve. */
  settings?: readonly { what: string; value: string }[];
  now: Clock;
  newReference: () => string;
  log: Logger;
  /** Told each answer once it is delivered, or waits in the outbox for Slack to take it. */
  onAnswer?: ((answer: Answer) => void) | undefined;
}

/**
 * Questions that are answered at once; the rest wait in order. They share one thread and one
 * connection to the database with the scans, each of which gets its share beside these and not
 * beside hundreds.
 */
const QUESTIONS_AT_ONCE = 4;

/** The parts, and the turns of questions. */
type Working = DispatcherParts & Pick<RequestAsked, 'inTurn'>;

/** Whoever shows what goes on. */
interface Watching {
  /** Told once it is clear what will run, before it runs. */
  onStart?: (command: Command, request: Pick<CommandRequest, 'words'>) => void;
  onProgress?: CommandContext['onProgress'];
  stopSignal?: AbortSignal;
  files?: FileTurn;
}

export interface Dispatcher {
  /**
   * Answers a line. Call it after Slack was acknowledged. Never rejects: what cannot be delivered is
   * logged with the reference. Gives the answer; null where another process gives it, or nobody can.
   */
  dispatch(asked: Asked): Promise<Answer | null>;
  /** The answer alone, for a form or a tab: permitted and logged like any other. Never rejects. */
  ask(question: Question): Promise<Answer>;
  /** Delivers an answer that was asked for before. Rejects with `OutsideError`. */
  say(place: AskedAt, answer: Answer): Promise<void>;
  /** As `say`, to the one who asked alone. */
  tell(place: AskedAt, answer: Answer): Promise<void>;
}

export function openDispatcher(given: DispatcherParts): Dispatcher {
  const parts: Working = { ...given, inTurn: pLimit(QUESTIONS_AT_ONCE) };
  const fileTurn = openFileTurns();
  return {
    dispatch(asked) {
      const files = fileTurn();
      return answer(parts, asked, files).finally(files.leave);
    },
    ask: (question) => run(parts, question, parts.newReference()),
    say: (place, said) => sayOnce(parts, place, said, false),
    tell: (place, said) => sayOnce(parts, place, said, true),
  };
}

async function sayOnce(
  parts: Working,
  place: AskedAt,
  said: Answer,
  isPrivate: boolean,
): Promise<void> {
  const shown = { reference: parts.newReference(), channel: place.channel, isShareable: false };
  const reply = await toReply(parts, said, shown);
  const conversation = openConversation(parts.ways, place, `say:${parts.context.newId()}`, null);
  if (isPrivate) conversation.goPrivate();
  await conversation.answer(reply, fileOf(said));
  parts.onAnswer?.(said);
}

async function answer(parts: Working, asked: Asked, files: FileTurn): Promise<Answer | null> {
  const reference = parts.newReference();
  const { log, context } = parts;
  const { channel, delivery, asks } = asked;
  try {
    const key = `answer:${delivery.key}`;
    if (delivery.tries > 1 && (await isOwed(parts, key))) return null;
    const conversation = openConversation(parts.ways, asked, key, delivery);
    let isShareable = asked.responseUrl !== undefined && !isDirect(channel);
    const onStart: Watching['onStart'] = (command, { words }) => {
      const { task, privateWords = [] } = command;
      const isPrivate =
        privateWords === 'every' || privateWords.includes(askedWord(command, words));
      if (isPrivate) return conversation.goPrivate();
      if (task !== 'act') return;
      isShareable = false;
      conversation.goPublic();
    };
    const stopButton = openStopButton(parts, asked);
    const onProgress: CommandContext['onProgress'] = (progress) => {
      const show = (buttons: Parameters<typeof slackReply>[1]) =>
        conversation.showProgress(() => slackReply(answerDocument(progress), buttons).message);
      // Feeds are taken to their end, whoever asked.
      if (progress.kind === 'feed-progress') show([]);
      else void stopButton.show().then(show);
    };
    const result = isDeadly(parts, delivery, reference)
      ? bugAnswer(parts.now, reference)
      : await parts.agent
          .whileWorking(asked, () =>
            run(parts, asked, reference, {
              onStart,
              onProgress,
              stopSignal: stopButton.signal,
              files,
            }),
          )
          .finally(stopButton.end);
    const needed = result.kind === 'problem' && result.form ? result : null;
    if (needed?.form && (await asked.openForm?.(needed.form, needed.message))) {
      parts.onAnswer?.(result);
      return result;
    }
    if (isForOneAlone(parts, asked, result)) conversation.goPrivate();
    const isAgain = delivery.tries > 1 && conversation.isForOne();
    const question = context.keepsMisses && typeof asks === 'string' ? asks : null;
    const more = { isShareable, isAgain, question };
    const reply = await toReply(parts, result, { reference, channel, ...more });
    if (!(await delivery.isOurs())) {
      log.info(
        { reference, channel },
        'another process answers: this one stood still for too long',
      );
      return null;
    }
    const waitsFor = await conversation.answer(reply, fileOf(result));
    if (waitsFor !== null) {
      const fields = { reference, reason: waitsFor, channel };
      log.warn(fields, 'an answer could not be delivered yet; it waits in the outbox');
    }
    parts.onAnswer?.(result);
    return result;
  } catch (error) {
    log.error({ reference, error, channel }, 'an answer could not be delivered');
    return null;
  }
}

/** Mistakes in a decision are nobody else's business, and nothing that others should press. */
function isForOneAlone({ context }: Working, { asks }: Asked, answer: Answer): boolean {
  if (answer.kind !== 'problem') return false;
  if (answer.cause === 'too-often') return true;
  if (answer.cause === 'outside' || answer.cause === 'bug' || typeof asks !== 'string')
    return false;
  return isDecision(context, asks);
}

/** True for a question that several processes died of, which no other is to try. */
function isDeadly({ log }: Working, { key, tries }: HeldDelivery, reference: string): boolean {
  if (tries <= TRIES_MAX) return false;
  log.error({ reference, key, tries }, 'a question ended several processes: a bug');
  return true;
}

/** True when the process before left the answer in the outbox, from which it comes or came. */
async function isOwed({ context, log }: Working, key: string): Promise<boolean> {
  const unread = onOutside((error) => {
    log.warn({ error }, 'the outbox could not be read');
    return null;
  });
  const rows = await context.outbox.statesOf([key]).catch(unread);
  return rows?.some(({ state }) => state !== 'dead') ?? false;
}

async function run(
  parts: Working,
  asked: Question,
  reference: string,
  { onStart, onProgress, stopSignal, files }: Watching = {},
): Promise<Answer> {
  const { log } = parts;
  const { asks, user, channel } = asked;
  const isTyped = typeof asks === 'string';
  const actor = { id: user, name: await nameOf(parts, asked), place: channel };
  const lastLine = lastLineIn(parts.context.conversations, asked, parts.now);
  const watched = { onProgress: onProgress ?? (() => {}), stopSignal };
  const talk = lastLine && { previousLine: lastLine.previous };
  const context = { ...parts.context, actor, ...watched, ...talk };
  const answer = await runRequest(
    context,
    isTyped ? () => readLine(context, bounded(asks)) : asks,
    {
      typed: isTyped && asks.length <= LINE_LENGTH_MAX ? asks : undefined,
      paging: asked.paging ?? { after: null, scans: null },
      async beforeRun(command, request) {
        const isWork = isWorkOfEngines(command, request.words);
        const excess = isWork ? parts.rates?.take('scans', asked) : null;
        if (excess) return tooOftenAnswer(parts.now, excess);
        return (await asked.beforeRun?.(command, request)) ?? null;
      },
      async onStart(command, request) {
        log.info({ reference, command: command.name, channel }, 'a command runs');
        onStart?.(command, request);
        lastLine?.hear(command, request);
        await files?.enter(command);
      },
      inTurn: parts.inTurn,
      access: decideAccess(parts, asked),
      reference,
      onFailure: (error, cause) => {
        if (cause === 'bug') log.error({ reference, error }, 'a command failed: a bug');
        else log.info({ reference, error }, 'a command failed outside of Seawall');
      },
    },
  );
  await lastLine?.keep(answer);
  return answer;
}

const isWorkOfEngines = (command: Command, words: readonly string[]) =>
  command.asksEngines?.includes(askedWord(command, words));

const AGAIN = note('Seawall ended while it answered this, so you may see it twice.');

/** A view that fails must not leave the question without an answer. */
async function toReply(
  parts: DispatcherParts,
  answer: Answer,
  asked: {
    reference: string;
    channel: string;
    isShareable: boolean;
    isAgain?: boolean;
    /** What was asked, where it may be kept. */
    question?: string | null;
  },
): Promise<SlackReply> {
  const { reference, channel, isShareable, isAgain = false, question = null } = asked;
  try {
    const document = withFeedback(answerDocument(answer), answer, question);
    const offered = isShareable ? withShare(document, answer.kind) : document;
    const shown = isAgain ? { ...offered, summary: [...offered.summary, AGAIN] } : offered;
    return boundedReply(await replyWithTokens(parts, shown, channel));
  } catch (error) {
    parts.log.error({ reference, error }, 'an answer could not be shown: a bug');
    return slackReply(answerDocument(bugAnswer(parts.now, reference)));
  }
}
