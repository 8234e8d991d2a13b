import { DecisionNeeded } from '../command/decision-terms.ts';
import { acknowledge, assign, snooze } from '../command/unlisted/alert-hands.ts';
import { feedback } from '../command/unlisted/feedback.ts';
import { eraseQuestion, keepQuestion } from '../command/unlisted/missed-questions.ts';
import { stop } from '../command/unlisted/stop.ts';
import { unlisted } from '../command/unlisted/unlisted.ts';
import { findOpenFinding } from '../inspections/find-finding.ts';
import { staleNotice } from '../inspections/notices.ts';
import type { Intent } from '../ports/intent.ts';
import { onOutside } from '../shared/errors.ts';
import type { Answer } from '../views/answer.ts';
import { askedBy, type Click, type Interaction, readPressed, usedNotice } from './click.ts';
import type { HeldDelivery } from './deliveries.ts';
import type { Asked } from './dispatcher.ts';
import { openFormFor, openForm as openPressedForm } from './forms.ts';
import { publishHome } from './home.ts';
import { shareLine } from './share.ts';

/**
 * Does what a button stands for, with the rights of whoever pressed it. Call it after Slack was
 * acknowledged. Never rejects: what goes wrong is answered, or logged.
 */
export async function handleClick(interaction: Interaction, click: Click): Promise<void> {
  const { parts } = interaction;
  try {
    // A form cannot wait until the database has told whether the click came before: views.open
    // works once per trigger.
    if (click.opensForm && (await openPressedForm(interaction, click))) return;
    const delivery = await click.delivery;
    if (delivery !== null) await press(interaction, click, delivery);
  } catch (error) {
    parts.log.error({ error, channel: click.channel }, 'a click could not be answered');
  }
}

async function press(
  interaction: Interaction,
  click: Click,
  delivery: HeldDelivery,
): Promise<void> {
  const { dispatcher, parts } = interaction;
  const read = await readPressed(parts, click).catch(toReason);
  if ('why' in read) return sayStale(interaction, click, delivery, read.why);
  const { intent, channel: shownIn } = read.issued;
  const asked = { ...askedBy(click, click.channel ?? shownIn), delivery };
  if (intent.kind === 'home') {
    return publishHome(interaction, { user: click.user, channel: shownIn });
  }
  if (intent.kind === 'page') {
    await dispatcher.dispatch({ ...asked, asks: intent.line, paging: intent.paging });
    return;
  }
  const asks = asksOf(parts, click, asked, intent);
  if (asks === null) {
    const why = 'The form of this button did not open. Press it again.';
    return sayStale(interaction, click, delivery, why);
  }
  const openForm = (form: Intent, why: string) =>
    openFormFor(interaction, { ...asked, triggerId: click.triggerId }, form, why);
  const once = { ...asked, asks, ...(intent.kind === 'run' && { openForm }) };
  return pressOnce(interaction, click, once, intent);
}

/** What a button asks for that does it once; null for one that opens a form. */
function asksOf(
  parts: Interaction['parts'],
  { user, userName }: Click,
  place: Omit<Asked, 'asks'>,
  intent: Exclude<Intent, { kind: 'page' | 'home' }>,
): Asked['asks'] | null {
  switch (intent.kind) {
    case 'run':
      return intent.line;
    case 'share':
      return () =>
        shareLine(parts, { key: `share:${place.delivery.key}`, place, userName, intent });
    case 'snooze':
      return () => snooze(intent.alert, intent.forMs);
    case 'acknowledge':
      return () => acknowledge(intent.alert, intent.isUndone);
    case 'assign':
      return () => assign(intent.alert, intent.to === 'me' ? user : null);
    case 'stop':
      return () => stop({ by: intent.by, user });
    case 'feedback':
      return () => feedback(intent);
    case 'keep-question':
      return () => keepQuestion(intent.question);
    case 'erase-question':
      return () => eraseQuestion(intent.id);
    case 'accept':
    case 'decide':
    case 'filter':
    case 'choose-assignee':
    case 'choose-alerts':
    case 'accept-form':
    case 'decide-form':
    case 'assign-form':
    case 'alerts-form':
    case 'filter-form':
      return null;
  }
}

/** The database is away: that is said, and not taken for a forged token. */
const toReason = onOutside(({ message: why }) => ({ why }));

/** Says why nothing happened, to the one who pressed. */
async function sayStale(
  { parts, dispatcher }: Interaction,
  click: Click,
  delivery: HeldDelivery,
  why: string,
): Promise<void> {
  const asks = () => unlisted('button', 'view', async () => staleNotice(parts.now, why));
  const asked = askedBy(click, click.channel ?? click.user);
  await dispatcher.dispatch({ ...asked, delivery, asks });
}

/**
 * Runs what a button stands for. What changes something runs once per button: the token is used up
 * before, and given back when nothing came of it. Whoever may not do it leaves the token alone.
 */
async function pressOnce(
  { parts, dispatcher }: Interaction,
  { token, user }: Click,
  asked: Asked,
  intent: Intent,
): Promise<void> {
  const about = intent.kind === 'run' ? intent.about : null;
  let isTaken = false;
  const answer = await dispatcher.dispatch({
    ...asked,
    async beforeRun(command, request) {
      const { task, form } = command;
      const [first = ''] = request.words;
      if (intent.kind === 'run' && form?.firstWords.includes(first)) {
        // Pressing approves nothing that nobody looked at.
        const needed: Intent = { kind: 'decide', line: intent.line, reason: '' };
        throw new DecisionNeeded('A reason is needed.', 'Look at what is approved.', needed);
      }
      const found = about && (await findOpenFinding(parts.context.store, about));
      if (found && 'gone' in found) return staleNotice(parts.now, found.gone);
      if (intent.kind === 'run' && task !== 'act') return null;
      isTaken = (await parts.tokens.take(token, user)) || (await wasTakenFor(parts, token, asked));
      return isTaken ? null : usedNotice(parts, token);
    },
  });
  if (isTaken && cameToNothing(answer)) await parts.tokens.release(token);
}

/** True when the process before took it for this same click, and ended before it could answer. */
async function wasTakenFor(
  { tokens }: Interaction['parts'],
  token: string,
  { user, delivery }: Asked,
): Promise<boolean> {
  if (delivery.tries === 1) return false;
  const used = (await tokens.peek(token))?.used;
  return used?.by === user && Date.parse(used.at) >= delivery.seenAt;
}

const cameToNothing = (answer: Answer | null): boolean => answer?.kind === 'problem';
