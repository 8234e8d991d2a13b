import type { ProblemAnswer } from '../answers/answer-base.ts';
import { toProblem } from '../command/run-line.ts';
import type { Clock } from '../ports/clock.ts';
import { counted } from '../shared/text.ts';
import type { Excess } from './rates.ts';

/** What somebody of another workspace is told, and nothing more. */
export const outsiderAnswer = (now: Clock): ProblemAnswer =>
  refusal(now, 'refused', 'I answer people of my own Slack workspace only.', null);

/** Says when to ask again. */
export function tooOftenAnswer(
  now: Clock,
  { who, what, perMinute, waitMs }: Excess,
): ProblemAnswer {
  const times = what === 'scans' ? counted(perMinute, 'scan') : counted(perMinute, 'request');
  const whose = who === 'user' ? 'of one person' : 'in this channel';
  const wait = counted(Math.ceil(waitMs / 1_000), 'second');
  return refusal(
    now,
    'too-often',
    `That was too much at once. Ask again in ${wait}.`,
    `I answer ${times} a minute ${whose}; whoever runs Seawall can change that (rates.${who}.${what}).`,
  );
}

const refusal = (
  now: Clock,
  cause: ProblemAnswer['cause'],
  message: string,
  hint: string | null,
): ProblemAnswer =>
  // No button: it would be refused as well.
  toProblem(now, cause, message, { hint, next: [] });
