import { OutsideError } from '../shared/errors.ts';
import { plainNotice, type SlackMessage } from '../views/slack-messages.ts';
import type { MessagePlace } from './place.ts';
import type { OutgoingFile, Uploads } from './uploads.ts';

/** A file that belongs to an answer. */
export interface AnswerFile extends OutgoingFile {
  /** The line that gives the same file in a terminal. */
  terminalLine: string;
}

/** Slack takes a gigabyte; nobody reads such an answer in a channel. */
const FILE_MEGABYTES_MAX = 20;

/** Uploads a file below an answer. Null when Slack has it, else what is to stand there. */
export async function shareFile(
  uploads: Pick<Uploads, 'share'>,
  place: MessagePlace,
  file: AnswerFile,
): Promise<SlackMessage | null> {
  const megabytes = Buffer.byteLength(file.content) / 1e6;
  if (megabytes > FILE_MEGABYTES_MAX) {
    const why = `it has ${Math.ceil(megabytes)} MB, and I upload at most ${FILE_MEGABYTES_MAX}`;
    return insteadOfFile(why, file);
  }
  try {
    await uploads.share(place, file);
    return null;
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const why =
      error.detail === 'missing_scope'
        ? 'the Slack app lacks the scope files:write'
        : `Slack said ${error.detail}`;
    return insteadOfFile(why, file);
  }
}

/** What stands where the file would. */
export function insteadOfFile(why: string, { terminalLine }: AnswerFile): SlackMessage {
  return plainNotice(`The file could not be given here: ${why}. In a terminal: ${terminalLine}`);
}
