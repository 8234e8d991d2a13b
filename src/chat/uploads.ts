import type { WebClient } from '@slack/web-api';
import { OutsideError, onOutside } from '../shared/errors.ts';
import type { Answer } from '../views/answer.ts';
import { escapeControls, plainNotice, type SlackMessage } from '../views/slack-messages.ts';
import type { Call, MessagePlace } from './place.ts';

export interface OutgoingFile {
  name: string;
  content: string | Uint8Array;
  /** Said with the file, e.g. what a picture shows. */
  comment?: string;
}

/** Files on their way to Slack, in the queue of their channel. Both reject with `OutsideError`. */
export interface Uploads {
  /** Gives a file to the channel, or to the thread. */
  share(place: MessagePlace, file: OutgoingFile): Promise<void>;
  /**
   * Gives a file to Slack without showing it anywhere, for an image block; the id of the file. The
   * text for screen readers stands in the block: with one of its own Slack was seen to share no file
   * (slackapi/python-slack-sdk#1818).
   */
  keep(channel: string, file: OutgoingFile): Promise<string>;
}

export function createUploads(client: WebClient, call: Call): Uploads {
  return {
    async share({ channel, threadTs }, file) {
      const said =
        file.comment === undefined ? {} : { initial_comment: escapeControls(file.comment) };
      const place = { channel_id: channel, ...toArguments(file), ...said };
      await call(channel, () =>
        client.files.uploadV2(threadTs === undefined ? place : { ...place, thread_ts: threadTs }),
      );
    },
    async keep(channel, file) {
      const answer = await call(channel, () => client.files.uploadV2(toArguments(file)));
      const { files = [] } = answer as { files?: { files?: { id?: string }[] }[] };
      const [id] = files.flatMap(({ files: inner = [] }) => inner.flatMap((one) => one.id ?? []));
      if (id === undefined) throw new OutsideError('slack-failed', 'files.uploadV2 gave no file');
      return id;
    },
  };
}

const toArguments = ({ name, content }: OutgoingFile) => ({
  filename: name,
  title: name,
  file: Buffer.from(content),
});

export interface AnswerFile extends OutgoingFile {
  /** The line that gives the same file in a terminal. */
  terminalLine: string;
}

/** The file that comes with an answer; none with most. */
export function fileOf(answer: Answer): AnswerFile | undefined {
  if (answer.kind !== 'export') return undefined;
  const { name, text } = answer.file;
  return { name, content: text, terminalLine: answer.terminalLine };
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
  const refused = onOutside(({ detail }) =>
    insteadOfFile(
      detail === 'missing_scope'
        ? 'the Slack app lacks the scope files:write'
        : `Slack said ${detail}`,
      file,
    ),
  );
  return uploads.share(place, file).then(() => null, refused);
}

/** What stands where the file would. */
export const insteadOfFile = (why: string, { terminalLine }: AnswerFile): SlackMessage =>
  plainNotice(`The file could not be given here: ${why}. In a terminal: ${terminalLine}`);
