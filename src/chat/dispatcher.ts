import type { Answer } from '../answers/answer.ts';
import type { Clock, ScanStore } from '../answers/ports.ts';
import type { AccessRules } from '../command/access.ts';
import type { CoreContext } from '../command/command.ts';
import { bugAnswer, runLine } from '../command/run-line.ts';
import type { Logger } from '../shared/logger.ts';
import { answerDocument } from '../views/answer-document.ts';
import { type SlackReply, slackReply } from '../views/slack-messages.ts';
import type { AnswerFile } from './attach-file.ts';
import { type AskedAt, openConversation } from './conversation.ts';
import { decideAccess } from './decide-access.ts';
import type { OutboxSender } from './outbox.ts';
import type { Outgoing } from './outgoing.ts';
import type { UserGroups } from './user-groups.ts';
import type { WorkspaceLink } from './workspace-link.ts';

export interface Asked extends AskedAt {
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
  now: Clock;
  newReference: () => string;
  log: Logger;
  /** Told each answer once it is delivered, or waits in the outbox for Slack to take it. */
  onAnswer?: ((answer: Answer) => void) | undefined;
}

export interface Dispatcher {
  /**
   * Answers a line, once per delivery. Call it after Slack was acknowledged. Never rejects: what
   * cannot be delivered is logged with the reference.
   */
  dispatch(asked: Asked, ways: Ways): Promise<void>;
  /** Settles when nothing is being answered any more. */
  drain(): Promise<void>;
}

/** How answers leave: progress and private ones at once, public ones through the outbox. */
export interface Ways {
  outgoing: Outgoing;
  outbox: OutboxSender;
}

/** One dispatcher serves every connection, so that duplicates over two sockets are seen. */
export function openDispatcher(parts: DispatcherParts): Dispatcher {
  const inFlight = new Set<Promise<void>>();
  return {
    dispatch(asked, ways) {
      const lost = parts.link.whyLost();
      if (lost !== null) {
        parts.log.info({ reason: lost }, 'nobody is answered: the bot was removed');
        return Promise.resolve();
      }
      const work = answer(parts, asked, ways).finally(() => inFlight.delete(work));
      inFlight.add(work);
      return work;
    },
    async drain() {
      while (inFlight.size > 0) await Promise.all(inFlight);
    },
  };
}

async function answer(parts: DispatcherParts, asked: Asked, ways: Ways): Promise<void> {
  const reference = parts.newReference();
  const log = parts.log;
  try {
    if (!(await isFirst(parts, asked.deliveryKey))) {
      log.info({ reference, channel: asked.channel }, 'a delivery came again and was ignored');
      return;
    }
    const { now } = parts;
    const key = `answer:${asked.deliveryKey}`;
    const conversation = openConversation({ ...ways, now, log }, asked, key);
    const result = await runLine(
      {
        ...parts.context,
        actor: { id: asked.user, name: asked.user, place: asked.channel },
        onProgress: (progress) =>
          conversation.showProgress(slackReply(answerDocument(progress)).message),
      },
      {
        text: asked.text,
        channelHosts: parts.channelHosts.get(asked.channel) ?? [],
        channelsAbout: (host) => channelsAbout(parts, host),
        access: decideAccess(parts, asked),
        reference,
        onCommand: ({ name, task, privateWords = [] }, { words: [first = ''] }) => {
          log.info({ reference, command: name, channel: asked.channel }, 'a command runs');
          if (privateWords.includes(first)) conversation.goPrivate();
          else if (task === 'act') conversation.goPublic();
        },
        onFailure: (error, cause) => {
          if (cause === 'bug') log.error({ reference, error }, 'a command failed: a bug');
          else log.info({ reference, error }, 'a command failed outside of Seawall');
        },
      },
    );
    const reply = toReply(parts, result, reference);
    const waitsFor = await conversation.answer(reply, fileOf(result));
    if (waitsFor !== null) {
      const fields = { reference, reason: waitsFor, channel: asked.channel };
      log.warn(fields, 'an answer could not be delivered yet; it waits in the outbox');
    }
    parts.onAnswer?.(result);
  } catch (error) {
    log.error({ reference, error, channel: asked.channel }, 'an answer could not be delivered');
  }
}

const channelsAbout = ({ channelHosts }: DispatcherParts, host: string): string[] =>
  [...channelHosts].filter(([, hosts]) => hosts.includes(host)).map(([channel]) => channel);

function fileOf(answer: Answer): AnswerFile | undefined {
  if (answer.kind !== 'export') return undefined;
  const { name, text } = answer.file;
  return { name, content: text, terminalLine: answer.terminalLine };
}

/** A view that fails must not leave the question without an answer. */
function toReply({ now, log }: DispatcherParts, answer: Answer, reference: string): SlackReply {
  try {
    return slackReply(answerDocument(answer));
  } catch (error) {
    log.error({ reference, error }, 'an answer could not be shown: a bug');
    return slackReply(answerDocument(bugAnswer(now, reference)));
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
