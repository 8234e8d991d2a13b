import type { ModalView } from '../blocks/block.ts';
import type { CommandRequest } from '../command/command.ts';
import { decisionTerms } from '../command/decision-terms.ts';
import { acceptedText } from '../command/unlisted/acceptance-preview.ts';
import { emptyRequest } from '../command/unlisted/unlisted.ts';
import { isAccepted } from '../inspections/accepted.ts';
import { findOpenFinding, previewKey } from '../inspections/gone-finding.ts';
import { staleNotice } from '../inspections/notices.ts';
import type { DecisionPlace, Intent } from '../ports/intent.ts';
import { OutsideError, UserError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import { within } from '../timers/pause.ts';
import type { Answer } from '../views/answer.ts';
import { answerDocument } from '../views/answer.ts';
import { documentModal, loadingModal, plainModal } from '../views/modals.ts';
import { type Interaction, readToken, usedNotice } from './click.ts';
import type { DispatcherParts } from './dispatcher.ts';
import type { AskedAt } from './place.ts';
import { checkModal } from './slack-views.ts';

/** What a person chose, by block: the value, the values, or null for nothing. */
export type FormValues = Readonly<Record<string, string | readonly string[] | null>>;

/** A form was sent off. */
export interface Submission {
  viewId: string;
  /** What stood in `private_metadata`. */
  token: string;
  user: string;
  values: FormValues;
}

/** What Slack is to do with the form. */
export type Acknowledgement =
  | undefined
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: ModalView };

/** Slack waits three seconds for the word on a form; a slow database gets less. */
const WAIT_MS = 1_500;

interface SubmissionResult {
  acknowledgement: Acknowledgement;
  /** What is left to do once the form knows. */
  afterwards?: () => Promise<void>;
}

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

function checked(word: Acknowledgement, { log }: DispatcherParts): Acknowledgement {
  return word?.response_action === 'update' ? { ...word, view: checkModal(word.view, log) } : word;
}

/** The same word, where the form is no longer there to show it. */
function lateModal(word: Acknowledgement): ModalView {
  if (word === undefined) return plainModal('Seawall', 'Done.');
  if (word.response_action === 'update') return word.view;
  return plainModal('Seawall', ...Object.values(word.errors));
}

const refuse = (block: string, why: string): SubmissionResult => ({
  acknowledgement: { response_action: 'errors', errors: { [block]: why } },
});
/** Closes the form. */
const closed: SubmissionResult = { acknowledgement: undefined };

async function submit(interaction: Interaction, submission: Submission): Promise<SubmissionResult> {
  const { parts } = interaction;
  const [block = 'reason'] = Object.keys(submission.values);
  try {
    const read = await readToken(parts, submission.token);
    if ('why' in read) return refuse(block, `${read.why} Nothing was changed.`);
    const { intent, channel } = read.issued;
    if (intent.kind === 'accept-form') return await acceptFinding(interaction, submission, intent);
    if (intent.kind === 'filter-form') return await showFiltered(interaction, submission, channel);
    return refuse(block, 'This form is not known to me. Nothing was changed.');
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    parts.log.info({ error }, 'a form could not be carried out');
    return refuse(block, `${error.message}. Nothing was changed.`);
  }
}

type AcceptForm = Extract<Intent, { kind: 'accept-form' }>;

async function acceptFinding(
  interaction: Interaction,
  submission: Submission,
  form: AcceptForm,
): Promise<SubmissionResult> {
  const { parts, dispatcher } = interaction;
  const flags = acceptFlags(submission.values);
  const mistakes = findMistakes(parts, submission, flags);
  if (mistakes !== null) {
    return { acknowledgement: { response_action: 'errors', errors: mistakes } };
  }
  let isTaken = false;
  let isSecond = false;
  const answer = await dispatcher.ask({
    ...askedFor(submission, form.place.channel),
    asks: () => acceptRequest(parts, form, flags),
    async beforeRun() {
      const { token, user } = submission;
      isSecond = (await parts.tokens.peek(token))?.used != null;
      const why = isSecond ? null : await whyNotAnyMore(parts, form);
      if (why !== null) return staleNotice(parts.now, why);
      isTaken = !isSecond && (await parts.tokens.take(token, user));
      isSecond = !isTaken;
      return isTaken ? null : usedNotice(parts, token);
    },
  });
  // Sent off twice: the first did it.
  if (isSecond) return closed;
  if (answer.kind === 'accepted') {
    return { ...closed, afterwards: () => tellEveryone(interaction, submission, form, answer) };
  }
  if (isTaken) await parts.tokens.release(submission.token);
  return refuse('reason', textOf(answer));
}

/** Reason and expiry as the command takes them. A picked day goes before a preset. */
function acceptFlags({ reason, expiry, day }: FormValues): { reason: string; until: string } {
  const text = (value: FormValues[string] | undefined) => (typeof value === 'string' ? value : '');
  return {
    reason: text(reason).replaceAll(/\s+/g, ' ').trim(),
    until: text(day) || text(expiry),
  };
}

/** What the command would refuse, at the field that it is about; null when nothing is wrong. */
function findMistakes(
  { now }: DispatcherParts,
  { user, values }: Submission,
  flags: { reason: string; until: string },
): Record<string, string> | null {
  const actor = { id: user, name: user, place: '' };
  const mistake = (tried: { reason: string; until: string }): string | null => {
    try {
      decisionTerms({ actor, now }, { flags: tried, line: 'accept' });
      return null;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.message;
    }
  };
  const reason = mistake({ ...flags, until: '1d' });
  const until = mistake({ ...flags, reason: 'any' });
  const field = values.day ? 'day' : 'expiry';
  const mistakes = { ...(reason && { reason }), ...(until && { [field]: until }) };
  return Object.keys(mistakes).length > 0 ? mistakes : null;
}

/** The request that the typed command makes, so that the same code accepts. */
function acceptRequest(
  { context }: DispatcherParts,
  { finding }: AcceptForm,
  flags: { reason: string; until: string },
) {
  const command = context.commands.find(({ name }) => name === 'accept');
  if (command === undefined) throw new Error('there is no command accept');
  const hosts = context.hosts.filter(({ name }) => name === finding.host);
  const line = `accept ${finding.fingerprint} on ${quoteWord(finding.host)}`;
  const words = [finding.fingerprint];
  const request: CommandRequest = { ...emptyRequest, words, hosts, isHostNamed: true, flags, line };
  return { command, request };
}

/** What happened between the preview and now that the person should see first; null for nothing. */
async function whyNotAnyMore(
  { context }: DispatcherParts,
  { finding: name, seen }: AcceptForm,
): Promise<string | null> {
  const found = await findOpenFinding(context.store, name);
  if ('gone' in found) return found.gone;
  const { finding } = found;
  if (isAccepted(finding)) return acceptedText(finding.acceptance);
  if (previewKey(finding) === seen) return null;
  return 'The finding changed since you opened this form; look at it again.';
}

/** The public word on a decision; where the channel does not take it, the person gets it alone. */
async function tellEveryone(
  { parts, dispatcher }: Interaction,
  { user }: Submission,
  { place }: { place: DecisionPlace },
  answer: Answer,
): Promise<void> {
  const threadTs = place.threadTs ?? undefined;
  try {
    await dispatcher.say({ channel: place.channel, user, threadTs }, answer);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    parts.log.info({ channel: place.channel, reason: error.detail }, 'a decision stays private');
    await dispatcher.say({ channel: user, user }, answer);
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

const askedFor = ({ user }: Submission, channel: string): AskedAt => ({ channel, user });

/** An answer in the one line that a field has for it. */
function textOf(answer: Answer): string {
  if (answer.kind === 'problem') {
    return [answer.message, answer.hint, 'Nothing was changed.'].filter(Boolean).join(' ');
  }
  return answer.kind === 'notice'
    ? `${answer.message} Nothing was changed.`
    : 'Nothing was changed.';
}
