import { unlisted } from '../command/unlisted/unlisted.ts';
import { doneNotice } from '../inspections/notices.ts';
import type { Intent } from '../ports/intent.ts';
import type { AnswerKind } from '../views/answer.ts';
import { type Document, note } from '../views/document.ts';
import type { AskedAt } from './conversation.ts';
import type { Outgoing } from './outgoing.ts';
import { boundedReply, type ReplyParts, replyWithTokens } from './reply.ts';

/** Answers that are about the one who asked. */
const own: readonly AnswerKind[] = ['help', 'problem', 'notice', 'mentioned', 'home'];

/** Characters of a document that is stored to be shared; such a row is kept for weeks. */
const SHARED_MAX = 100_000;

/** The document of a private answer, with a button that posts the same for everyone, unless it is huge. */
export function withShare(document: Document, kind: AnswerKind): Document {
  if (own.includes(kind) || JSON.stringify(document).length > SHARED_MAX) return document;
  const share = { label: 'Share in channel', intent: { kind: 'share' as const, document } };
  return { ...document, actions: [...(document.actions ?? []), share] };
}

export interface Sharing {
  asked: AskedAt;
  /** As people know the one who shares. */
  userName: string;
  intent: Extract<Intent, { kind: 'share' }>;
  outgoing: Outgoing;
}

/** Posts what was shown privately, as it was then, and names who shared it. */
export const shareLine = (parts: ReplyParts, { asked, userName, intent, outgoing }: Sharing) =>
  unlisted('share', 'view', async ({ now }) => {
    const { channel, threadTs } = asked;
    const document = intent.document as Document;
    const by = note(`Shared by ${userName} (${asked.user}).`);
    const shared = { ...document, summary: [...document.summary, by] };
    const { message, thread } = boundedReply(await replyWithTokens(parts, shared, channel));
    const ts = await outgoing.post({ channel, threadTs }, message);
    const below = { channel, threadTs: threadTs ?? ts };
    for (const detail of thread) await outgoing.post(below, detail);
    return doneNotice(now, 'Shared in this channel.');
  });
