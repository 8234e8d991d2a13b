import { DECISION_DAYS_MAX, REASON_LENGTH_MAX } from '../findings/acceptance.ts';
import type { DecisionTerms } from '../ports/acceptance-store.ts';
import { UserError } from '../shared/errors.ts';
import { clamp } from '../shared/text.ts';
import { DAY_MS, isoTime, parseDuration } from '../shared/time.ts';
import type { CommandContext, CommandRequest } from './command.ts';
import { lineWithFlags } from './parse-flags.ts';
import { parseMoment } from './parse-since.ts';

/** Flags of a command that decides something for a while. */
export const decisionFlags = { reason: 'text', until: 'date or duration' } as const;

const SUGGESTED = { reason: 'why it is acceptable', until: '30d' };

/**
 * Reason and expiry of a decision, from `--reason` and `--until`. Both are required; a date holds
 * to the end of its day (UTC), nothing longer than a year. Throws `UserError` with the corrected line.
 */
export function decisionTerms(
  { actor, now }: Pick<CommandContext, 'actor' | 'now'>,
  request: Pick<CommandRequest, 'flags' | 'line'>,
): DecisionTerms {
  const at = now();
  const { reason: typedReason = '', until: typed = '' } = request.flags;
  const reason = typedReason.trim();
  const refuse = (message: string, hint: string) => {
    const until = untilTime(typed, at) === null ? SUGGESTED.until : typed;
    const kept = clamp(reason || SUGGESTED.reason, REASON_LENGTH_MAX);
    const correctedLine = lineWithFlags(request.line, { reason: kept, until });
    return new UserError(message, { hint, correctedLine });
  };
  if (reason === '') {
    throw refuse('A reason is needed.', 'Put it in quotes: --reason "…".');
  }
  if (reason.length > REASON_LENGTH_MAX) {
    const most = `A reason may have ${REASON_LENGTH_MAX} characters, this has ${reason.length}.`;
    throw refuse(most, 'Link to the long version.');
  }
  if (typed === '') {
    throw refuse('An expiry is needed.', 'Write --until 2026-12-31, or --until 30d.');
  }
  const until = untilTime(typed, at);
  if (until === null) throw refuse(untilProblem(typed, at), 'At most a year: 2026-12-31, or 30d.');
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
    : `“${text}” is more than a year away: what is decided must be looked at again.`;
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
