import { staleNotice } from '../inspections/notices.ts';
import type { IssuedIntent } from '../ports/intent.ts';
import { ageBetween } from '../shared/text.ts';
import type { Answer } from '../views/answer.ts';
import type { HeldDelivery } from './deliveries.ts';
import type { Dispatcher, DispatcherParts } from './dispatcher.ts';
import type { AskedAt } from './place.ts';
import type { SlackViews } from './slack-views.ts';

/** Something was pressed. */
export interface Click {
  token: string;
  /** Null on the Home tab. */
  channel: string | null;
  user: string;
  /** As people know the one who pressed. */
  userName: string;
  /** Thread in which the button stands. */
  threadTs?: string | undefined;
  /** The message with the button; null on the Home tab and where only one person sees it. */
  messageTs: string | null;
  responseUrl?: string | undefined;
  triggerId: string;
  /** True where the label says that a form follows: Slack waits three seconds for it. */
  opensForm: boolean;
  /** Null for a click that came before; a form does not wait for it. */
  delivery: Promise<HeldDelivery | null>;
}

/** What answering a click or a form takes. */
export interface Interaction {
  parts: DispatcherParts;
  dispatcher: Dispatcher;
  views: SlackViews;
}

/** What a token means: an intent that can be used, or a sentence why it cannot. */
export async function readToken(
  { tokens }: Pick<DispatcherParts, 'tokens'>,
  token: string,
): Promise<{ issued: IssuedIntent } | { why: string }> {
  const issued = await tokens.peek(token);
  if (issued === null) return { why: 'This button is not known to me.' };
  if (!issued.isExpired) return { issued };
  const { intent } = issued;
  const line = intent.kind === 'run' || intent.kind === 'page' ? ` Type “${intent.line}”.` : '';
  return { why: `This button has expired.${line}` };
}

/** As `readToken`; the open alert that an expired button stands in is drawn anew, and that is said. */
export async function readPressed(
  parts: Pick<DispatcherParts, 'tokens' | 'context'>,
  { token, channel, messageTs }: Click,
): Promise<{ issued: IssuedIntent } | { why: string }> {
  const read = await readToken(parts, token);
  if ('issued' in read || channel === null || messageTs === null) return read;
  const isDrawn = await parts.context.alerts.redraw({ channel, ts: messageTs });
  return isDrawn
    ? { why: 'This button had expired and is drawn anew. Press it again in a few seconds.' }
    : read;
}

/** Who pressed, as who asks. */
export const askedBy = (
  { user, userName, threadTs, responseUrl }: Click,
  channel: string,
): AskedAt => ({
  channel,
  user,
  userName,
  threadTs,
  responseUrl,
});

/** Who used a token up, and when. */
export async function usedNotice({ tokens, now }: DispatcherParts, token: string): Promise<Answer> {
  const used = (await tokens.peek(token))?.used;
  if (!used) return staleNotice(now, 'This button has expired.');
  const age = ageBetween(used.at, new Date(now()).toISOString());
  return { ...staleNotice(now, `This was done already, ${age}.`), by: used.by };
}
