import type { TokenStore } from '../ports/intent.ts';
import { onOutside } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { counted } from '../shared/text.ts';
import { within } from '../timers/pause.ts';
import type { Answer } from '../views/answer.ts';
import { type Button, shownActions } from '../views/buttons.ts';
import { type Action, type Document, note } from '../views/document.ts';
import { plainNotice, type SlackReply, slackReply } from '../views/slack-messages.ts';
import { NOTED_WITHIN_MS } from './timings.ts';

/** Slack takes about one message a second and channel: more below one answer would hold up all others. */
const THREAD_MAX = 20;

/** The reply with at most so many messages below it; that there were more is said in the last one. */
export function boundedReply({ message, thread }: SlackReply): SlackReply {
  if (thread.length <= THREAD_MAX) return { message, thread };
  const shown = thread.slice(0, THREAD_MAX - 1);
  const hidden = counted(thread.length - shown.length, 'more message');
  const more = `… and ${hidden}, too many for one answer. Ask about one host or one container, or use “export”.`;
  return { message, thread: [...shown, plainNotice(more)] };
}

export interface ReplyParts {
  tokens: TokenStore;
  log: Logger;
}

/**
 * A document as messages for a channel, with a token behind everything that can be pressed. When
 * none can be stored it goes out without buttons and says so; never rejects for that.
 */
export async function replyWithTokens(
  parts: ReplyParts,
  document: Document,
  channel: string,
): Promise<SlackReply> {
  const buttons = await buttonsOf(parts, document, channel);
  if (buttons !== null) return slackReply(document, buttons);
  const missing = note('No buttons: the database could not be used.');
  return slackReply({ ...document, summary: [...document.summary, missing] });
}

/** What a document offers, with a token behind each; null when the database failed, or takes too long. */
export async function buttonsOf(
  { tokens, log }: ReplyParts,
  document: Document,
  channel: string,
): Promise<Button[] | null> {
  const actions = shownActions(document);
  const intents = actions.map(({ intent }) => intent);
  const unstored = onOutside((error) => {
    log.warn({ error }, 'no tokens could be stored for buttons');
    return null;
  });
  const issuing = tokens.issue(intents, channel).catch(unstored);
  const issued = await within(NOTED_WITHIN_MS, issuing);
  const button = (token: string, index: number): Button => {
    const { label = '', isFeedback = false } = actions[index] ?? {};
    return { label, token, ...(isFeedback && { isFeedback }) };
  };
  return issued?.map(button) ?? null;
}

/** Two buttons below the answer to a question in plain English: whether it was understood. */
export function withFeedback(
  document: Document,
  { understood }: Answer,
  question: string | null,
): Document {
  if (understood === undefined) return document;
  const action = (isGood: boolean, label: string): Action => ({
    label,
    intent: { kind: 'feedback', isGood, line: understood.line, question: isGood ? null : question },
  });
  return { ...document, feedback: [action(true, 'Understood'), action(false, 'Not what I asked')] };
}
