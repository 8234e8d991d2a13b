import type { ModalView } from '../blocks/block.ts';
import { OutsideError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import { within } from '../timers/pause.ts';
import { answerDocument } from '../views/answer.ts';
import { documentModal, loadingModal, plainModal } from '../views/modals.ts';
import { type Interaction, readToken } from './click.ts';
import { acceptFinding, assignAlert, decideLine, switchAlertsOn } from './decisions.ts';
import type { DispatcherParts } from './dispatcher.ts';
import { checkModal } from './slack-views.ts';
import {
  type Acknowledgement,
  askedFor,
  type FormValues,
  refuse,
  type Submission,
  type SubmissionResult,
} from './submission.ts';

/** Slack waits three seconds for the word on a form; a slow database gets less. */
const WAIT_MS = 1_500;

/**
 * Does what a form asks for, with the rights of whoever sent it. Mistakes are shown in the form, so
 * `acknowledge` waits for the work, but never long: then the form shows that it goes on, and later
 * what came of it. Never rejects.
 */
export async function handleSubmission(
  interaction: Interaction,
  submission: Submission,
  acknowledge: (word: Acknowledgement) => Promise<void>,
): Promise<void> {
  const { parts, views } = interaction;
  try {
    const work = submit(interaction, submission);
    const early = await within(WAIT_MS, work);
    const waiting = { response_action: 'update' as const, view: loadingModal() };
    await acknowledge(early === null ? waiting : checked(early.acknowledgement, parts));
    const outcome = await work;
    if (early === null) {
      await views.update(submission.viewId, null, lateModal(outcome.acknowledgement));
    }
    await outcome.afterwards?.();
  } catch (error) {
    parts.log.error({ error }, 'a form could not be answered');
  }
}

const checked = (word: Acknowledgement, { log }: DispatcherParts): Acknowledgement =>
  word?.response_action === 'update' ? { ...word, view: checkModal(word.view, log) } : word;

/** The same word, where the form is no longer there to show it. */
function lateModal(word: Acknowledgement): ModalView {
  if (word === undefined) return plainModal('Seawall', 'Done.');
  if (word.response_action === 'update') return word.view;
  return plainModal('Seawall', ...Object.values(word.errors));
}

async function submit(interaction: Interaction, submission: Submission): Promise<SubmissionResult> {
  const { parts } = interaction;
  const [block = 'reason'] = Object.keys(submission.values);
  try {
    const read = await readToken(parts, submission.token);
    if ('why' in read) return refuse(block, `${read.why} Nothing was changed.`);
    const { intent, channel } = read.issued;
    if (intent.kind === 'accept-form') return await acceptFinding(interaction, submission, intent);
    if (intent.kind === 'decide-form') return await decideLine(interaction, submission, intent);
    if (intent.kind === 'assign-form') {
      return await assignAlert(interaction, submission, { alert: intent.alert, channel });
    }
    if (intent.kind === 'alerts-form') return await switchAlertsOn(interaction, submission);
    if (intent.kind === 'filter-form') return await showFiltered(interaction, submission, channel);
    return refuse(block, 'This form is not known to me. Nothing was changed.');
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    parts.log.info({ error }, 'a form could not be carried out');
    return refuse(block, `${error.message}. Nothing was changed.`);
  }
}

async function showFiltered(
  { dispatcher }: Interaction,
  submission: Submission,
  channel: string,
): Promise<SubmissionResult> {
  const { severities, rule, host, state } = submission.values;
  const one = (value: FormValues[string] | undefined) => (typeof value === 'string' ? value : '');
  const words = [
    'findings',
    ...(one(state) === 'open' ? [] : [one(state)]),
    ...(Array.isArray(severities) ? (severities as string[]) : []),
    ...(one(rule) === '' ? [] : ['rule', one(rule)]),
    'on',
    one(host) === '' ? 'all' : one(host),
  ];
  const asks = words
    .filter((word) => word !== '')
    .map(quoteWord)
    .join(' ');
  const answer = await dispatcher.ask({ ...askedFor(submission, channel), asks });
  const view = documentModal(answerDocument(answer));
  return { acknowledgement: { response_action: 'update', view } };
}
