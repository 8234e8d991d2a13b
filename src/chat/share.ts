import { unlisted } from '../command/unlisted/unlisted.ts';
import { doneNotice } from '../inspections/notices.ts';
import type { Intent } from '../ports/intent.ts';
import type { AnswerKind } from '../views/answer.ts';
import { type Document, note } from '../views/document.ts';
import type { MessagePlace } from './place.ts';
import { postPublicly, type WaysOut } from './public-post.ts';
import { boundedReply, type ReplyParts, replyWithTokens } from './reply.ts';

/** Answers that are about the one who asked, or that nobody else may have. */
const own: readonly AnswerKind[] = ['help', 'problem', 'notice', 'mentioned', 'home', 'edge-host'];

/** Characters of a document that is stored to be shared; such a row is kept for weeks. */
const SHARED_MAX = 100_000;

/** The document of a private answer, with a button that posts the same for everyone, unless it is huge. */
export function withShare(document: Document, kind: AnswerKind): Document {
  if (own.includes(kind) || JSON.stringify(document).length > SHARED_MAX) return document;
  const share = { label: 'Share in channel', intent: { kind: 'share' as const, document } };
  return { ...document, actions: [...(document.actions ?? []), share] };
}

export interface Sharing {
  /** Unique to the click. */
  key: string;
  place: MessagePlace;
  /** Who shares, as people know them. */
  userName: string;
  intent: Extract<Intent, { kind: 'share' }>;
}

/** Posts what was shown privately, as it was then, and names who shared it. */
export const shareLine = (
  parts: ReplyParts & { ways: WaysOut },
  { key, place, userName, intent }: Sharing,
) =>
  unlisted('share', 'view', async ({ now }) => {
    const document = intent.document as Document;
    const by = note(`Shared by ${userName}.`);
    const shared = { ...document, summary: [...document.summary, by] };
    const reply = boundedReply(await replyWithTokens(parts, shared, place.channel));
    const waitsFor = await postPublicly(parts.ways, { key, place, reply, hasOtherWay: true });
    const said = waitsFor === null ? 'Shared in this channel.' : 'Shared once Slack takes it.';
    return doneNotice(now, said);
  });
