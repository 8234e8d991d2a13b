import { limits } from '../blocks/limits.ts';
import { validateMessage } from '../blocks/validate.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { clamp } from '../shared/text.ts';
import { escapeControls, type SlackMessage } from '../views/slack-messages.ts';
import type { NewerBlocks } from './newer-blocks.ts';
import type { Picture, Pictures, Sent } from './pictures.ts';
import type { MessagePlace } from './place.ts';
import { isUnknownRefusal, slackFailure } from './slack-failure.ts';
import { textLines } from './text-lines.ts';
import type { Uploads } from './uploads.ts';

const tooLong = ['invalid_blocks', 'msg_blocks_too_long', 'only_one_table_allowed', 'msg_too_long'];

/** What it takes to send a message in the best variant that Slack takes. */
export interface Variants {
  pictures: Pictures;
  newer: NewerBlocks;
  uploads: Uploads;
  log: Logger;
}

/**
 * Sends a message checked; what Slack refuses as too long or malformed still arrives: without charts, then
 * without Slack's newer blocks, then as plain text. Rejects as `send` does.
 */
export async function sendChecked<T>(
  { pictures, newer, uploads, log }: Variants,
  channel: string,
  message: SlackMessage,
  send: (checked: SlackMessage) => Promise<T>,
): Promise<Sent<T>> {
  const upload = (picture: Picture) =>
    uploads.keep(channel, { name: picture.name, content: picture.bytes });
  const attempt = (variant: SlackMessage) => send(checkMessage(variant, log));
  try {
    return await newer.send(message, isVariantRefusal, (variant) =>
      pictures.send(variant, { upload, attempt, isRefusal: isVariantRefusal }),
    );
  } catch (error) {
    if (!isVariantRefusal(error)) throw error;
    log.error({ reason: reasonOf(error) }, 'Slack refused blocks that passed our own check');
    return { answer: await send(plainMessage(message)), unshown: [] };
  }
}

/**
 * As `sendChecked`, for what nobody looks for afterwards: what Slack refuses by a word that nobody knows, which may be about
 * the blocks, is sent as text alone at once.
 */
export async function sendOrText<T>(
  ...[variants, channel, message, send]: Parameters<typeof sendChecked<T>>
): Promise<Sent<T>> {
  try {
    return await sendChecked(variants, channel, message, send);
  } catch (error) {
    if (!isUnknownRefusal(error) || message.blocks.length === 0) throw error;
    const why = 'Slack refused a message by a word that nobody knows; it is tried as text alone';
    variants.log.error({ reason: reasonOf(error) }, why);
    return { answer: await send(plainMessage(message)), unshown: [] };
  }
}

/** True when Slack may take the same message in another variant. */
export const isVariantRefusal = (error: unknown): boolean => tooLong.includes(reasonOf(error));

const reasonOf = (error: unknown): string =>
  error instanceof OutsideError ? error.detail : slackFailure(error).reason;

/** Pictures that a message could not hold; what they show stands in it, so failing is no loss. */
export async function shareBelow(
  { uploads, log }: Variants,
  place: MessagePlace,
  unshown: readonly Picture[],
): Promise<void> {
  for (const { name, bytes, alternative } of unshown) {
    const file = { name, content: bytes, comment: alternative };
    await uploads.share(place, file).catch((error: unknown) => {
      log.info({ channel: place.channel, error: String(error) }, 'a picture was not taken');
    });
  }
}

/** The message as it may be sent: unchanged when valid, plain text when Slack would refuse it. */
export function checkMessage(message: SlackMessage, log: Logger): SlackMessage {
  const text = clamp(message.text || 'Seawall', limits.messageTextAdvised.value);
  const problems = validateMessage({ text, blocks: message.blocks });
  if (problems.length === 0) return { text, blocks: message.blocks };
  log.error({ problems: problems.slice(0, 5) }, 'a message would not be valid for Slack');
  return plainMessage(message);
}

/** Everything the blocks said, as text: longer than advised, because nothing may be lost. */
export function plainMessage({ text, blocks }: SlackMessage): SlackMessage {
  const lines = [text, ...blocks.flatMap(textLines).map(escapeControls)];
  return { text: clamp(lines.join('\n'), limits.messageText.value), blocks: [] };
}
