import type { CommandRequest } from '../command/command.ts';
import { decisionTerms } from '../command/decision-terms.ts';
import { hostsOfChannel } from '../command/hosts-meant.ts';
import { parseLine } from '../command/parse-line.ts';
import type { ParsedRequest } from '../command/run-line.ts';
import { acceptedText } from '../command/unlisted/acceptance-preview.ts';
import { assign } from '../command/unlisted/alert-hands.ts';
import { emptyRequest } from '../command/unlisted/unlisted.ts';
import { isAccepted } from '../inspections/accepted.ts';
import { findOpenFinding, previewKey } from '../inspections/find-finding.ts';
import { staleNotice } from '../inspections/notices.ts';
import type { DecisionPlace, Intent } from '../ports/intent.ts';
import { onOutside, UserError } from '../shared/errors.ts';
import { quoteWord } from '../shared/text.ts';
import type { Answer } from '../views/answer.ts';
import { type Interaction, usedNotice } from './click.ts';
import type { DispatcherParts } from './dispatcher.ts';
import {
  askedFor,
  closed,
  type FormValues,
  refuse,
  type Submission,
  type SubmissionResult,
  textOf,
} from './submission.ts';

type AcceptForm = Extract<Intent, { kind: 'accept-form' }>;

/** Accepts the finding of a form, unless it changed since the form was opened. */
export const acceptFinding = (
  interaction: Interaction,
  submission: Submission,
  form: AcceptForm,
): Promise<SubmissionResult> =>
  decide(interaction, submission, {
    place: form.place,
    request: (flags) => acceptRequest(interaction.parts, form, flags),
    whyNot: () => whyNotAnyMore(interaction.parts, form),
  });

/** Runs the line of a form with the reason and the expiry that were written. */
export const decideLine = (
  interaction: Interaction,
  submission: Submission,
  { line, place }: Extract<Intent, { kind: 'decide-form' }>,
): Promise<SubmissionResult> =>
  decide(interaction, submission, {
    place,
    request(flags) {
      const { context } = interaction.parts;
      const { command, request } = parseLine(line, context, hostsOfChannel(context, place.channel));
      const { reason } = flags;
      const own = command.flags?.until === undefined ? { reason } : flags;
      return { command, request: { ...request, flags: own } };
    },
    whyNot: async () => null,
  });

/** Gives an alert to whoever was chosen, with the rights of whoever chose. */
export async function assignAlert(
  { dispatcher }: Interaction,
  submission: Submission,
  { alert, channel }: { alert: number; channel: string },
): Promise<SubmissionResult> {
  const { assignee } = submission.values;
  if (typeof assignee !== 'string') return refuse('assignee', 'Choose somebody.');
  const asked = askedFor(submission, channel);
  const answer = await dispatcher.ask({ ...asked, asks: () => assign(alert, assignee) });
  return answer.kind === 'notice' && answer.isDone ? closed : refuse('assignee', textOf(answer));
}

const CHANNEL = /^[CG][A-Z0-9]{1,20}$/;

/**
 * Switches the alerts of the chosen channel on, as who may do that there by their own right or everybody's; the channel
 * is told. Nobody knows whether they can read it.
 */
export async function switchAlertsOn(
  interaction: Interaction,
  submission: Submission,
): Promise<SubmissionResult> {
  const { channel, severity } = submission.values;
  if (typeof channel !== 'string' || !CHANNEL.test(channel)) {
    return refuse('channel', 'Choose a channel.');
  }
  if (typeof severity !== 'string') return refuse('severity', 'Choose a severity.');
  const asked = { ...askedFor(submission, channel), isElsewhere: true };
  const asks = `alerts on ${quoteWord(severity)}`;
  const answer = await interaction.dispatcher.ask({ ...asked, asks });
  if (answer.kind !== 'alert-setting') return refuse('channel', textOf(answer));
  const place = { channel, threadTs: null };
  return { ...closed, afterwards: () => tellEveryone(interaction, submission, place, answer) };
}

interface Deciding {
  place: DecisionPlace;
  request: (flags: Terms) => ParsedRequest;
  /** What stands against it by now; null for nothing. */
  whyNot: () => Promise<string | null>;
}

interface Terms extends Record<string, string> {
  reason: string;
  until: string;
}

async function decide(
  interaction: Interaction,
  submission: Submission,
  { place, request, whyNot }: Deciding,
): Promise<SubmissionResult> {
  const { parts, dispatcher } = interaction;
  const flags = termsOf(submission.values);
  const mistakes = findMistakes(parts, submission, flags);
  if (mistakes !== null) {
    return { acknowledgement: { response_action: 'errors', errors: mistakes } };
  }
  let isTaken = false;
  let isSecond = false;
  const answer = await dispatcher.ask({
    ...askedFor(submission, place.channel),
    asks: () => request(flags),
    async beforeRun() {
      const { token, user } = submission;
      isSecond = (await parts.tokens.peek(token))?.used != null;
      const why = isSecond ? null : await whyNot();
      if (why !== null) return staleNotice(parts.now, why);
      isTaken = !isSecond && (await parts.tokens.take(token, user));
      isSecond = !isTaken;
      return isTaken ? null : usedNotice(parts, token);
    },
  });
  // Sent off twice: the first did it.
  if (isSecond) return closed;
  if (answer.kind !== 'problem' && answer.kind !== 'notice') {
    return { ...closed, afterwards: () => tellEveryone(interaction, submission, place, answer) };
  }
  if (isTaken) await parts.tokens.release(submission.token);
  return refuse('reason', textOf(answer));
}

/** Reason and expiry as the command takes them. A picked day goes before a preset. */
function termsOf({ reason, expiry, day }: FormValues): Terms {
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
  flags: Terms,
): Record<string, string> | null {
  const actor = { id: user, name: user, place: '' };
  const mistake = (tried: Terms): string | null => {
    try {
      decisionTerms({ actor, now }, { flags: tried, line: 'accept' });
      return null;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.message;
    }
  };
  const reason = mistake({ ...flags, until: '1d' });
  // What holds until somebody takes it back has no expiry to be wrong.
  const until = 'expiry' in values ? mistake({ ...flags, reason: 'any' }) : null;
  const field = values.day ? 'day' : 'expiry';
  const mistakes = { ...(reason && { reason }), ...(until && { [field]: until }) };
  return Object.keys(mistakes).length > 0 ? mistakes : null;
}

/** The request that the typed command makes, so that the same code accepts. */
function acceptRequest({ context }: DispatcherParts, { finding }: AcceptForm, flags: Terms) {
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
  place: DecisionPlace,
  answer: Answer,
): Promise<void> {
  const threadTs = place.threadTs ?? undefined;
  const sayAlone = onOutside(({ detail: reason }) => {
    parts.log.info({ channel: place.channel, reason }, 'a decision stays private');
    return dispatcher.say({ channel: user, user }, answer);
  });
  await dispatcher.say({ channel: place.channel, user, threadTs }, answer).catch(sayAlone);
}
