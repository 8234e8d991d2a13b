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
  const openForm = (form: Intent) =>
    openFormFor(interaction, { ...asked, triggerId: click.triggerId }, form);
  switch (intent.kind) {
    case 'run':
      return pressOnce(interaction, click, { ...asked, asks: intent.line, openForm }, intent);
    case 'share': {
      const { userName } = click;
      const key = `share:${delivery.key}`;
      const asks = () => shareLine(parts, { key, place: asked, userName, intent });
      return pressOnce(interaction, click, { ...asked, asks }, intent);
    }
    case 'snooze': {
      const asks = () => snooze(intent.alert, intent.forMs);
      return pressOnce(interaction, click, { ...asked, asks }, intent);
    }
    case 'acknowledge': {
      const asks = () => acknowledge(intent.alert, intent.isUndone);
      return pressOnce(interaction, click, { ...asked, asks }, intent);
    }
    case 'assign': {
      const asks = () => assign(intent.alert, intent.to === 'me' ? click.user : null);
      return pressOnce(interaction, click, { ...asked, asks }, intent);
    }
    case 'stop': {
      const asks = () => stop({ by: intent.by, user: click.user });
      return pressOnce(interaction, click, { ...asked, asks }, intent);
    }
    case 'feedback': {
      const asks = () => feedback(intent);
      return pressOnce(interaction, click, { ...asked, asks }, intent);
    }
    case 'keep-question': {
      const asks = () => keepQuestion(intent.question);
      return pressOnce(interaction, click, { ...asked, asks }, intent);
    }
    case 'erase-question': {
      const asks = () => eraseQuestion(intent.id);
      return pressOnce(interaction, click, { ...asked, asks }, intent);
    }
    case 'page': {
      const { line, paging } = intent;
      await dispatcher.dispatch({ ...asked, asks: line, paging });
      return;
    }
    case 'home':
      return publishHome(interaction, { user: click.user, channel: shownIn });
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
      return sayStale(
        interaction,
        click,
        delivery,
        'The form of this button did not open. Press it again.',
      );
  }
}

/** What runs once for each button. */
type OnceIntent = Extract<
  Intent,
  {
    kind:
      | 'run'
      | 'share'
      | 'snooze'
      | 'acknowledge'
      | 'assign'
      | 'keep-question'
      | 'erase-question'
      | 'feedback'
      | 'stop';
  }
>;

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
  intent: OnceIntent,
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
