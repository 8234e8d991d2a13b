import type { ModalView } from '../blocks/block.ts';
import { acceptancePreview } from '../command/unlisted/acceptance-preview.ts';
import { previewKey } from '../inspections/gone-finding.ts';
import { staleNotice } from '../inspections/notices.ts';
import type { DecisionPlace, Intent } from '../ports/intent.ts';
import { OutsideError } from '../shared/errors.ts';
import { within } from '../timers/pause.ts';
import type { Answer } from '../views/answer.ts';
import { answerDocument } from '../views/answer.ts';
import { acceptModal, documentModal, filterModal, loadingModal } from '../views/modals.ts';
import { askedBy, type Click, type Interaction, readToken } from './click.ts';

/** A form opens empty when what it needs is not there by then; a trigger lives three seconds. */
const LOADING_AFTER_MS = 800;

type Prepared =
  | { kind: 'modal'; view: ModalView }
  | { kind: 'say'; answer: Answer; channel: string }
  /** The same click came before. */
  | { kind: 'duplicate' }
  /** The button is none that opens a form. */
  | { kind: 'none' };

/**
 * Opens the form that a button leads to: at once, or empty first where the database is slow. What
 * stands against it is said instead. False when the button does something else.
 */
export async function openForm(interaction: Interaction, click: Click): Promise<boolean> {
  const { views, dispatcher } = interaction;
  const prepared = prepare(interaction, click);
  const early = await within(LOADING_AFTER_MS, prepared);
  if (early === null) {
    const { id, hash } = await views.open(click.triggerId, loadingModal());
    const late = await prepared;
    await views.update(id, hash, lateModal(late));
    return late.kind !== 'none';
  }
  if (early.kind === 'modal') await views.open(click.triggerId, early.view);
  if (early.kind === 'say') await dispatcher.say(askedBy(click, early.channel), early.answer);
  return early.kind !== 'none';
}

function lateModal(late: Prepared): ModalView {
  if (late.kind === 'modal') return late.view;
  if (late.kind === 'say') return documentModal(answerDocument(late.answer));
  return loadingModal();
}

async function prepare(interaction: Interaction, click: Click): Promise<Prepared> {
  const { parts } = interaction;
  const own = click.channel ?? click.user;
  try {
    const read = await readToken(parts, click.token);
    if ('why' in read) {
      return { kind: 'say', channel: own, answer: staleNotice(parts.now, read.why) };
    }
    const { intent, channel: shownIn } = read.issued;
    if (intent.kind !== 'accept' && intent.kind !== 'filter') return { kind: 'none' };
    if ((await click.delivery) === null) return { kind: 'duplicate' };
    const channel = click.channel ?? shownIn;
    return intent.kind === 'accept'
      ? await prepareAccept(interaction, click, intent, channel)
      : await prepareFilter(interaction, click, channel);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    parts.log.info({ error }, 'a form could not be prepared');
    return { kind: 'say', channel: own, answer: staleNotice(parts.now, error.message) };
  }
}

async function prepareAccept(
  { parts, dispatcher }: Interaction,
  click: Click,
  { finding: name }: Extract<Intent, { kind: 'accept' }>,
  channel: string,
): Promise<Prepared> {
  const asked = askedBy(click, channel);
  const answer = await dispatcher.ask({ ...asked, asks: () => acceptancePreview(name) });
  if (answer.kind !== 'acceptance-preview') return { kind: 'say', channel, answer };
  const place: DecisionPlace = { channel, threadTs: click.threadTs ?? click.messageTs };
  const seen = previewKey(answer.finding);
  const form: Intent = { kind: 'accept-form', finding: name, seen, place };
  const [token = ''] = await parts.tokens.issue([form], channel);
  return { kind: 'modal', view: acceptModal(answerDocument(answer), token) };
}

async function prepareFilter(
  { parts, dispatcher }: Interaction,
  click: Click,
  channel: string,
): Promise<Prepared> {
  const answer = await dispatcher.ask({ ...askedBy(click, channel), asks: 'findings on all' });
  if (answer.kind !== 'findings') return { kind: 'say', channel, answer };
  const [token = ''] = await parts.tokens.issue([{ kind: 'filter-form' }], channel);
  return { kind: 'modal', view: filterModal(answer, token) };
}
