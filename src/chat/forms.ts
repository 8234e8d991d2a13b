import type { ModalView } from '../blocks/block.ts';
import { acceptancePreview } from '../command/unlisted/acceptance-preview.ts';
import { alertPreview } from '../command/unlisted/alert-hands.ts';
import { decisionPreview } from '../command/unlisted/decision-preview.ts';
import { previewKey } from '../inspections/find-finding.ts';
import { staleNotice } from '../inspections/notices.ts';
import type { DecisionPlace, Intent } from '../ports/intent.ts';
import { OutsideError } from '../shared/errors.ts';
import { within } from '../timers/pause.ts';
import { type Answer, answerDocument } from '../views/answer.ts';
import { paragraph, present, strong } from '../views/document.ts';
import {
  acceptModal,
  alertsModal,
  assignModal,
  decisionModal,
  documentModal,
  filterModal,
  loadingModal,
} from '../views/modals.ts';
import { askedBy, type Click, type Interaction, readPressed } from './click.ts';
import type { Question } from './dispatcher.ts';
import type { AskedAt } from './place.ts';

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

/**
 * Opens a form for whoever typed a line that needs one. False when the way to it is closed, such as
 * for a trigger that is too old: a button does it then. What stands against the form is told instead. `why`: what the
 * line lacks, or what is wrong with it.
 */
export async function openFormFor(
  interaction: Interaction,
  { triggerId, ...asked }: AskedAt & { triggerId: string },
  form: Intent,
  why: string,
): Promise<boolean> {
  const { views, dispatcher, parts } = interaction;
  if (!isForm(form)) return false;
  try {
    const place = { channel: asked.channel, threadTs: null };
    const writer: Writer = { asked, place, why };
    const prepared = await prepareForm(interaction, writer, form);
    if (prepared.kind === 'modal') await views.open(triggerId, prepared.view);
    if (prepared.kind === 'say') await dispatcher.tell(asked, prepared.answer);
    return true;
  } catch (error) {
    parts.log.info({ error, channel: asked.channel }, 'a form could not be opened');
    return false;
  }
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
    const read = await readPressed(parts, click);
    if ('why' in read) {
      return { kind: 'say', channel: own, answer: staleNotice(parts.now, read.why) };
    }
    const { intent, channel: shownIn } = read.issued;
    if (!isForm(intent)) return { kind: 'none' };
    if ((await click.delivery) === null) return { kind: 'duplicate' };
    const channel = click.channel ?? shownIn;
    const place: DecisionPlace = { channel, threadTs: click.threadTs ?? click.messageTs };
    return await prepareForm(interaction, { asked: askedBy(click, channel), place }, intent);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    parts.log.info({ error }, 'a form could not be prepared');
    return { kind: 'say', channel: own, answer: staleNotice(parts.now, error.message) };
  }
}

/** Who is to write, and where the public word goes. */
interface Writer {
  asked: AskedAt;
  place: DecisionPlace;
  /** What was wrong with what they typed. */
  why?: string;
}

const formKinds = ['accept', 'decide', 'filter', 'choose-assignee', 'choose-alerts'] as const;
type FormIntent = Extract<Intent, { kind: (typeof formKinds)[number] }>;

const isForm = (intent: Intent): intent is FormIntent =>
  formKinds.some((kind) => kind === intent.kind);

async function prepareForm(
  { parts, dispatcher }: Interaction,
  { asked, place, why }: Writer,
  intent: FormIntent,
): Promise<Prepared> {
  const { channel, user } = asked;
  const ask = (asks: Question['asks']) => dispatcher.ask({ ...asked, asks });
  const say = (answer: Answer): Prepared => ({ kind: 'say', channel, answer });
  const open = async (form: Intent, show: (token: string) => ModalView): Promise<Prepared> => {
    const [token = ''] = await parts.tokens.issue([form], channel);
    return { kind: 'modal', view: show(token) };
  };
  const explained = (answer: Answer) => {
    const document = answerDocument(answer);
    if (why === undefined) return document;
    return { ...document, summary: present([paragraph(strong(why)), ...document.summary]) };
  };
  switch (intent.kind) {
    case 'accept': {
      const { finding, reason = '' } = intent;
      const answer = await ask(() => acceptancePreview(finding));
      if (answer.kind !== 'acceptance-preview') return say(answer);
      const seen = previewKey(answer.finding);
      return open({ kind: 'accept-form', finding, seen, place }, (token) =>
        acceptModal(explained(answer), { token, reason }),
      );
    }
    case 'decide': {
      const { line, reason } = intent;
      const answer = await ask(() => decisionPreview(line));
      if (answer.kind !== 'decision-preview') return say(answer);
      const { hasExpiry } = answer;
      return open({ kind: 'decide-form', line, place }, (token) =>
        decisionModal(explained(answer), { token, reason, hasExpiry }),
      );
    }
    case 'choose-assignee': {
      const { alert } = intent;
      const answer = await ask(() => alertPreview(alert));
      if (answer.kind !== 'alert') return say(answer);
      const { title } = answer.alert;
      return open({ kind: 'assign-form', alert }, (token) => assignModal(title, { token, user }));
    }
    case 'choose-alerts':
      // Who may switch alerts on depends on the channel, which the form asks for.
      return open({ kind: 'alerts-form' }, alertsModal);
    case 'filter': {
      const answer = await ask('findings on all');
      if (answer.kind !== 'findings') return say(answer);
      return open({ kind: 'filter-form' }, (token) => filterModal(answer, token));
    }
  }
}
