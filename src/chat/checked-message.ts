import { limits } from '../blocks/limits.ts';
import { validateMessage } from '../blocks/validate.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { clamp } from '../shared/text.ts';
import { escapeControls, type SlackMessage } from '../views/slack-messages.ts';
import type { Pictures, Sent, UploadPicture } from './pictures.ts';
import { slackFailure } from './slack-failure.ts';

const tooLong = ['invalid_blocks', 'msg_blocks_too_long', 'only_one_table_allowed', 'msg_too_long'];

/**
 * Sends a message checked, its charts in the best form that Slack takes; what Slack still refuses as
 * too long or malformed goes out as plain text. Rejects as `send` does.
 */
export async function sendChecked<T>(
  { pictures, upload, log }: { pictures: Pictures; upload: UploadPicture; log: Logger },
  message: SlackMessage,
  send: (checked: SlackMessage) => Promise<T>,
): Promise<Sent<T>> {
  try {
    const attempt = (form: SlackMessage) => send(checkMessage(form, log));
    return await pictures.send(message, { upload, attempt, isRefusal });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    log.error({ reason: reasonOf(error) }, 'Slack refused blocks that passed our own check');
    return { answer: await send(plainMessage(message)), unshown: [] };
  }
}

const isRefusal = (error: unknown): boolean => tooLong.includes(reasonOf(error));
const reasonOf = (error: unknown): string =>
  error instanceof OutsideError ? error.detail : slackFailure(error).reason;

/** The message as it may be sent: unchanged when valid, plain text when Slack would refuse it. */
export function checkMessage(message: SlackMessage, log: Logger): SlackMessage {
  const text = clamp(message.text || 'Seawall', limits.messageTextAdvised.value);
  const problems = validateMessage({ text, blocks: message.blocks });
  if (problems.length === 0) return { text, blocks: message.blocks };
  log.error({ problems: problems.slice(0, 5) }, 'a message would not be valid for Slack');
  return plainMessage(message);
}

/** Everything the blocks said, as text: longer than advised, because nothing may be lost. */
function plainMessage({ text, blocks }: SlackMessage): SlackMessage {
  const lines = [text, ...blocks.flatMap(textLines).map(escapeControls)];
  return { text: clamp(lines.join('\n'), limits.messageText.value), blocks: [] };
}

/** One line for each sentence: the leaves of a rich text section belong together. */
function textLines(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textLines);
  if (typeof value !== 'object' || value === null) return [];
  const lines = Object.entries(value).flatMap(([key, item]) =>
    key === 'text' && typeof item === 'string' ? [item] : textLines(item),
  );
  return 'type' in value && value.type === 'rich_text_section' ? [lines.join('')] : lines;
}
