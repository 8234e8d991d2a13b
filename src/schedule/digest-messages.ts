import type { DigestAnswer } from '../answers/digest-answer.ts';
import { type DigestRun, digestKey } from '../ports/digest-store.ts';
import type { OutboxMessage } from '../ports/outbox.ts';
import { counted, listed } from '../shared/text.ts';
import { answerDocument } from '../views/answer.ts';
import { type Document, heading, note, paragraph } from '../views/document.ts';
import { type RenderDocument, slackReply } from '../views/slack-messages.ts';

type Run = Pick<DigestRun, 'channel' | 'day' | 'dueAt'>;

/** Names and days that are written out; the others are counted. */
const LISTED_MAX = 20;

/** What became of the channel since its digest before. */
export interface Meanwhile {
  /** Days without a digest. */
  missed: readonly string[];
  /** Hosts that the settings no longer declare. */
  retired: readonly string[];
}

/** The message that opens a digest: it says which hosts are being read. */
export function parentMessage(
  run: Run,
  hosts: readonly string[],
  meanwhile: Meanwhile,
): OutboxMessage {
  const title = `Digest of ${run.day}: ${counted(hosts.length, 'host')} to report`;
  const document: Document = {
    headline: title,
    summary: [
      heading(title),
      paragraph(hosts.length > 0 ? `Waiting for ${listed(hosts, LISTED_MAX)}.` : 'No host is set.'),
      ...meanwhileNotes(meanwhile),
    ],
    next: [],
  };
  const payload = slackReply(document).message;
  return row(run, 'parent', { kind: 'post' }, payload);
}

/** The parent message as it is while hosts report: without buttons and without its thread. */
export function updateMessage(run: Run, answer: DigestAnswer, meanwhile: Meanwhile): OutboxMessage {
  const { message } = slackReply(documentOf(answer, meanwhile));
  return row(run, 'update', { kind: 'update', of: digestKey(run, 'parent') }, message);
}

/** Everything that a digest says in the end: the parent in its last form, then its thread. */
export async function digestMessages(
  run: Run,
  answer: DigestAnswer,
  meanwhile: Meanwhile,
  render: RenderDocument,
): Promise<OutboxMessage[]> {
  const { message, thread } = await render(documentOf(answer, meanwhile), run.channel);
  const replies = thread.map((payload, index) =>
    row(run, `reply:${index + 1}`, { kind: 'post', threadOf: digestKey(run, 'parent') }, payload),
  );
  const of = digestKey(run, 'parent');
  return [row(run, 'update', { kind: 'update', of }, message), ...replies];
}

function documentOf(answer: DigestAnswer, meanwhile: Meanwhile): Document {
  const document = answerDocument(answer);
  return { ...document, summary: [...document.summary, ...meanwhileNotes(meanwhile)] };
}

/** Silence is explained. */
function meanwhileNotes({ missed, retired }: Meanwhile) {
  const days = `No digest came for ${listed(missed, LISTED_MAX)}: Seawall could not post within the time allowed.`;
  const hosts = `No longer declared in the settings: ${listed(retired, LISTED_MAX)}. Nobody watches what is open there.`;
  return [...(missed.length > 0 ? [note(days)] : []), ...(retired.length > 0 ? [note(hosts)] : [])];
}

function row(
  run: Run,
  what: string,
  action: OutboxMessage['action'],
  payload: unknown,
): OutboxMessage {
  const { channel, dueAt } = run;
  return { key: digestKey(run, what), channel, action, what: 'digest', payload, dueAt };
}
