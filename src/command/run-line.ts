import type { Answer, ProblemAnswer } from '../answers/answer.ts';
import type { Clock } from '../answers/ports.ts';
import { isoTime } from '../answers/scan-hosts.ts';
import { errorCodes, OutsideError, UserError } from '../shared/errors.ts';
import { auditRefusal, auditStart } from './audit-line.ts';
import type { Command, CommandContext, CommandRequest } from './command.ts';
import { parseLine } from './parse-line.ts';
import { type PermitAsked, permit } from './permit.ts';

export interface LineAsked extends PermitAsked {
  text: string;
  /** Short id that the log carries too. */
  reference: string;
  /** Told once it is clear what will run, before it runs. */
  onCommand?: (command: Command, request: CommandRequest) => void;
  /** Told about a bug or an outside failure, for the log. */
  onFailure?: (error: unknown, cause: 'outside' | 'bug') => void;
}

/** Runs a typed line. Always gives an answer: every failure becomes a `problem`, never a rejection. */
export async function runLine(context: CommandContext, asked: LineAsked): Promise<Answer> {
  const problem = (
    cause: ProblemAnswer['cause'],
    message: string,
    more: Partial<ProblemAnswer> = {},
  ) => toProblem(context.now, cause, message, more);
  try {
    const parsed = parseLine(asked.text, context, asked.channelHosts);
    const { command } = parsed;
    const permitted = await permit(context, parsed, asked);
    if (!permitted.isAllowed) {
      await auditRefusal(context, parsed, permitted.permission, asked.onFailure);
      return problem('refused', permitted.message, { hint: permitted.hint });
    }
    const { request, hosts, permission } = permitted;
    asked.onCommand?.(command, request);
    await auditStart(context, { command, request, permission }, asked.onFailure);
    return await command.run({ ...context, hosts }, request);
  } catch (error) {
    if (error instanceof UserError) {
      const { correctedLine = null, hint = null } = error;
      const next = correctedLine === null ? ['help'] : [correctedLine, 'help'];
      return problem('mistake', error.message, { hint, correctedLine, next });
    }
    const { reference } = asked;
    if (error instanceof OutsideError) {
      asked.onFailure?.(error, 'outside');
      return problem('outside', error.message, { hint: errorCodes[error.code].hint, reference });
    }
    asked.onFailure?.(error, 'bug');
    return bugAnswer(context.now, reference);
  }
}

/** What is said when Seawall itself failed; the log carries the same reference. */
export function bugAnswer(now: Clock, reference: string): ProblemAnswer {
  return toProblem(now, 'bug', 'Something went wrong in Seawall itself.', { reference });
}

function toProblem(
  now: Clock,
  cause: ProblemAnswer['cause'],
  message: string,
  more: Partial<ProblemAnswer>,
): ProblemAnswer {
  return {
    kind: 'problem',
    takenAt: isoTime(now()),
    next: ['help'],
    cause,
    message,
    hint: null,
    correctedLine: null,
    reference: null,
    ...more,
  };
}
