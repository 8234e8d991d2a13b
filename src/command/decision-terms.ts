import { DECISION_DAYS_MAX, REASON_LENGTH_MAX } from '../findings/acceptance.ts';
import type { DecisionTerms } from '../ports/acceptance-store.ts';
import type { FindingName, Intent } from '../ports/intent.ts';
import { UserError } from '../shared/errors.ts';
import { clamp, quoteWord } from '../shared/text.ts';
import { DAY_MS, isoTime, parseDuration } from '../shared/time.ts';
import type { CommandContext, CommandRequest } from './command.ts';
import { parseMoment } from './parse-since.ts';

/** What opens the form of a decision. */
export type DecisionIntent = Extract<Intent, { kind: 'accept' | 'decide' }>;

/** Flags of a command that decides something for a while. */
export const decisionFlags = { reason: 'text', until: 'date or duration' } as const;

/** A decision lacks its reason or its expiry. No line and no button fills in what nobody wrote. */
export class DecisionNeeded extends UserError {
  /** Opens the form in which the rest is written. */
  readonly form: DecisionIntent;

  constructor(message: string, hint: string, form: DecisionIntent) {
    super(message, { hint });
    this.form = form;
  }
}

/**
 * Reason and expiry of a decision, from `--reason` and `--until`. Both are required; a date holds
 * to the end of its day (UTC), nothing longer than a year. Throws `DecisionNeeded`, with the line to
 * complete and the form, which keeps the reason that was written. `finding`: what is accepted, if any.
 */
export function decisionTerms(
  { actor, now }: Pick<CommandContext, 'actor' | 'now'>,
  request: Pick<CommandRequest, 'flags' | 'line'>,
  finding: FindingName | null = null,
): DecisionTerms {
  const at = now();
  const { reason: typedReason = '', until: typed = '' } = request.flags;
  const reason = typedReason.trim();
  const refuse = (message: string) => {
    const kept = clamp(reason, REASON_LENGTH_MAX);
    const until = untilTime(typed, at) === null ? '<date, or 30d>' : typed;
    const flags = `--reason ${kept === '' ? '"…"' : quoteWord(kept)} --until ${until}`;
    const form: DecisionIntent =
      finding === null
        ? { kind: 'decide', line: request.line, reason: kept }
        : { kind: 'accept', finding, reason: kept };
    return new DecisionNeeded(message, `Complete the line: ${request.line} ${flags}`, form);
  };
  if (reason === '') throw refuse('A reason is needed.');
  if (reason.length > REASON_LENGTH_MAX) {
    throw refuse(`A reason may have ${REASON_LENGTH_MAX} characters, this has ${reason.length}.`);
  }
  if (typed === '') throw refuse('An expiry is needed, at most a year away.');
  const until = untilTime(typed, at);
  if (until === null) throw refuse(untilProblem(typed, at));
  return { actor, at, reason, until: isoTime(until) };
}

/** End of the day for a date, else the moment; null when it is no time, past, or too far away. */
function untilTime(text: string, now: number): number | null {
  const time = readTime(text, now);
  return time !== null && time > now && time <= latest(now) ? time : null;
}

function untilProblem(text: string, now: number): string {
  const time = readTime(text, now);
  if (time === null) return `“${text}” is no time that --until knows.`;
  return time <= now
    ? `“${text}” is over already.`
    : `“${text}” is more than a year away: a decision must be reviewed within a year.`;
}

/** A date that is a year away is still meant when its day ends later. */
const latest = (now: number) => now + DECISION_DAYS_MAX * DAY_MS;

function readTime(text: string, now: number): number | null {
  const word = text.toLowerCase();
  const duration = parseDuration(word);
  if (duration !== null) return now + duration;
  const moment = parseMoment(word);
  if (moment === null) return null;
  return word.includes('t') ? moment : moment + DAY_MS - 1;
}
