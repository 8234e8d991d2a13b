import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { plainNotice, type SlackMessage } from '../views/slack-messages.ts';
import type { Outgoing, Place } from './outgoing.ts';
import type { OutgoingFile } from './uploads.ts';

/** A file that belongs to an answer. */
export interface AnswerFile extends OutgoingFile {
  /** The line that gives the same file in a terminal. */
  terminalLine: string;
}

/** Slack takes a gigabyte; nobody reads such an answer in a channel. */
const FILE_MEGABYTES_MAX = 20;

/**
 * Uploads a file below an answer. One that Slack does not take is said there, with the line that
 * gives it in a terminal; rejects with `OutsideError` when that is not taken either.
 */
export async function attachFile(
  outgoing: Outgoing,
  place: Place,
  file: AnswerFile,
  log: Logger,
): Promise<void> {
  const megabytes = Buffer.byteLength(file.content) / 1e6;
  if (megabytes > FILE_MEGABYTES_MAX) {
    const why = `it has ${Math.ceil(megabytes)} MB, and I upload at most ${FILE_MEGABYTES_MAX}`;
    await outgoing.post(place, insteadOfFile(why, file));
    return;
  }
  try {
    await outgoing.upload(place, file);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    log.info({ channel: place.channel, reason: error.detail }, 'a file was not taken');
    const why =
      error.detail === 'missing_scope'
        ? 'the Slack app lacks the scope files:write'
        : `Slack said ${error.detail}`;
    await outgoing.post(place, insteadOfFile(why, file));
  }
}

/** What stands where the file would. */
export function insteadOfFile(why: string, { terminalLine }: AnswerFile): SlackMessage {
  return plainNotice(`The file could not be given here: ${why}. In a terminal: ${terminalLine}`);
}
