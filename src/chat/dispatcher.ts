import pLimit from 'p-limit';
import type { AccessRules } from '../command/access.ts';
import type { Command, CommandContext, CoreContext } from '../command/command.ts';
import { bugAnswer, type LineAsked, runLine } from '../command/run-line.ts';
import type { Clock } from '../ports/clock.ts';
import type { TokenStore } from '../ports/intent.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { UserError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Answer } from '../views/answer.ts';
import { answerDocument } from '../views/answer.ts';
import { type SlackReply, slackReply } from '../views/slack-messages.ts';
import type { AnswerFile } from './attach-file.ts';
import { type AskedAt, openConversation } from './conversation.ts';
import { decideAccess } from './decide-access.ts';
import type { OutboxSender } from './outbox.ts';
import type { Outgoing } from './outgoing.ts';
import type { Rates } from './rates.ts';
import { tooOftenAnswer } from './refusals.ts';
import { boundedReply, replyWithTokens } from './reply.ts';
import { withShare } from './share.ts';
import type { UserGroups } from './user-groups.ts';
import type { WorkspaceLink } from './workspace-link.ts';

export interface Asked
  extends AskedAt,
    Pick<LineAsked, 'parse' | 'paging' | 'beforeRun' | 'onCommand'> {
  /** The line without the command or mention. */
  text: string;
  /** Identity of the delivery: Slack may hand the same one over several times. */
  deliveryKey: string;
}

export interface DispatcherParts {
  context: CoreContext;
  access: AccessRules;
  groups: UserGroups;
  link: Pick<WorkspaceLink, 'whyLost'>;
  /** Hosts that a channel is about, by channel id. */
  channelHosts: ReadonlyMap<string, readonly string[]>;
  store: Pick<ScanStore, 'claimDelivery'>;
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
type Working = DispatcherParts & Pick<LineAsked, 'inTurn'>;

export interface Dispatcher {
  /**
   * Answers a line, once per delivery. Call it after Slack was acknowledged. Never rejects: what
   * cannot be delivered is logged with the reference. Gives the answer; null for a
   * duplicate, and once the bot was removed.
   */
  dispatch(asked: Asked, ways: Ways): Promise<Answer | null>;
  /** The answer alone, for a form or a tab: permitted and logged like any other. Never rejects. */
  ask(asked: Asked): Promise<Answer>;
  /** Delivers an answer that was asked for before. Rejects with `OutsideError`. */
  say(place: AskedAt, answer: Answer, ways: Ways): Promise<void>;
  /** As `say`, to the one who asked alone. */
  tell(place: AskedAt, answer: Answer, ways: Ways): Promise<void>;
  /** True for the first to claim a delivery. */
  claim(deliveryKey: string): Promise<boolean>;
  /** Lets `drain` wait for work. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Settles when nothing is being answered any more. */
  drain(): Promise<void>;
}

/** How answers leave: progress and private ones at once, public ones through the outbox. */
export interface Ways {
  outgoing: Outgoing;
  outbox: OutboxSender;
}

/** One dispatcher serves every connection, so that duplicates over two sockets are seen. */
export function openDispatcher(given: DispatcherParts): Dispatcher {
  const parts: Working = { ...given, inTurn: pLimit(QUESTIONS_AT_ONCE) };
  const inFlight = new Set<Promise<unknown>>();
  const track = <T>(started: Promise<T>): Promise<T> => {
    const work = started.finally(() => inFlight.delete(work));
    inFlight.add(work);
    return work;
  };
  return {
    track,
    dispatch: (asked, ways) => {
      const lost = parts.link.whyLost();
      if (lost === null) return track(answer(parts, asked, ways));
      parts.log.info({ reason: lost }, 'nobody is answered: the bot was removed');
      return Promise.resolve(null);
    },
    ask: (asked) => run(parts, asked, parts.newReference()),
    claim: (key) => isFirst(parts, key),
    say: (place, said, ways) => sayOnce(parts, place, said, { ...ways, isPrivate: false }),
    tell: (place, said, ways) => sayOnce(parts, place, said, { ...ways, isPrivate: true }),
    async drain() {
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
  };
}

async function sayOnce(
  parts: Working,
  place: AskedAt,
  said: Answer,
  { isPrivate, ...ways }: Ways & { isPrivate: boolean },
): Promise<void> {
  const { now, log, context } = parts;
  const reply = await toReply(parts, said, parts.newReference(), place.channel, false);
  const conversation = openConversation({ ...ways, now, log }, place, `say:${context.newId()}`);
  if (isPrivate) conversation.goPrivate();
  await conversation.answer(reply, fileOf(said));
  parts.onAnswer?.(said);
}

async function answer(parts: Working, asked: Asked, ways: Ways): Promise<Answer | null> {
  const reference = parts.newReference();
  const log = parts.log;
  try {
    if (!(await isFirst(parts, asked.deliveryKey))) {
      log.info({ reference, channel: asked.channel }, 'a delivery came again and was ignored');
      return null;
    }
    const { now } = parts;
    const key = `answer:${asked.deliveryKey}`;
    const conversation = openConversation({ ...ways, now, log }, asked, key);
    let isShareable = asked.responseUrl !== undefined && !isDirect(asked.channel);
    const onCommand: Asked['onCommand'] = (
      { task, privateWords = [] },
      { words: [first = ''] },
    ) => {
      if (privateWords.includes(first)) return conversation.goPrivate();
      if (task !== 'act') return;
      isShareable = false;
      conversation.goPublic();
    };
    const result = await run(parts, { ...asked, onCommand }, reference, (progress) =>
      conversation.showProgress(slackReply(answerDocument(progress)).message),
    );
    if (result.kind === 'problem' && result.cause === 'too-often') conversation.goPrivate();
    const reply = await toReply(parts, result, reference, asked.channel, isShareable);
    const waitsFor = await conversation.answer(reply, fileOf(result));
    if (waitsFor !== null) {
      const fields = { reference, reason: waitsFor, channel: asked.channel };
      log.warn(fields, 'an answer could not be delivered yet; it waits in the outbox');
    }
    parts.onAnswer?.(result);
    return result;
  } catch (error) {
    log.error({ reference, error, channel: asked.channel }, 'an answer could not be delivered');
    return null;
  }
}

/** Nobody else is in a direct message. */
const isDirect = (channel: string): boolean => channel.startsWith('D');

function run(
  parts: Working,
  asked: Asked,
  reference: string,
  onProgress: CommandContext['onProgress'] = () => {},
): Promise<Answer> {
  const { context, log } = parts;
  const actor = { id: asked.user, name: asked.user, place: asked.channel };
  return runLine(
    { ...context, actor, onProgress },
    {
      text: asked.text,
      parse: asked.text.length > LINE_LENGTH_MAX ? tooLong(asked) : asked.parse,
      paging: asked.paging ?? FIRST_PAGE,
      async beforeRun(command, { words }) {
        const excess = isWorkOfEngines(command, words) ? parts.rates?.take('scans', asked) : null;
        if (excess) return tooOftenAnswer(parts.now, excess);
        return (await asked.beforeRun?.(command, { words })) ?? null;
      },
      inTurn: parts.inTurn,
      channelHosts: parts.channelHosts.get(asked.channel) ?? [],
      channelsAbout: (host) => channelsAbout(parts, host),
      access: decideAccess(parts, asked),
      reference,
      onCommand: (command, request) => {
        log.info({ reference, command: command.name, channel: asked.channel }, 'a command runs');
        asked.onCommand?.(command, request);
      },
      onFailure: (error, cause) => {
        if (cause === 'bug') log.error({ reference, error }, 'a command failed: a bug');
        else log.info({ reference, error }, 'a command failed outside of Seawall');
      },
    },
  );
}

const isWorkOfEngines = ({ asksEngines = [] }: Command, [first = '']: readonly string[]) =>
  asksEngines.includes(first);

const channelsAbout = ({ channelHosts }: DispatcherParts, host: string): string[] =>
  [...channelHosts].filter(([, hosts]) => hosts.includes(host)).map(([channel]) => channel);

/** Far more than the longest line; what is typed beyond is looked at by nobody. */
const LINE_LENGTH_MAX = 4_000;

const tooLong =
  ({ text }: Asked) =>
  () => {
    throw new UserError(
      `A line has at most ${LINE_LENGTH_MAX} characters; this one has ${text.length}.`,
    );
  };

const FIRST_PAGE = { after: null, scans: null };

function fileOf(answer: Answer): AnswerFile | undefined {
  if (answer.kind !== 'export') return undefined;
  const { name, text } = answer.file;
  return { name, content: text, terminalLine: answer.terminalLine };
}

/** A view that fails must not leave the question without an answer. */
async function toReply(
  parts: DispatcherParts,
  answer: Answer,
  reference: string,
  channel: string,
  isShareable: boolean,
): Promise<SlackReply> {
  try {
    const document = answerDocument(answer);
    const shown = isShareable ? withShare(document, answer.kind) : document;
    return boundedReply(await replyWithTokens(parts, shown, channel));
  } catch (error) {
    parts.log.error({ reference, error }, 'an answer could not be shown: a bug');
    return slackReply(answerDocument(bugAnswer(parts.now, reference)));
  }
}

/** A store that fails must not silence the bot: then a duplicate is answered twice. */
async function isFirst({ store, now, log }: DispatcherParts, key: string): Promise<boolean> {
  try {
    return await store.claimDelivery(key, now());
  } catch (error) {
    log.warn({ error }, 'a delivery could not be claimed in the database');
    return true;
  }
}
