import { userInfo } from 'node:os';
import { fullAccess } from '../command/access.ts';
import type { CoreContext } from '../command/command.ts';
import { runLine } from '../command/run-line.ts';
import { safeJson } from '../exports/safe-json.ts';
import type { Actor } from '../findings/acceptance.ts';
import type { Severity } from '../rules/rule.ts';
import type { Logger } from '../shared/logger.ts';
import { quoteWord, visible } from '../shared/text.ts';
import type { AnswerOf } from '../views/answer.ts';
import { answerDocument } from '../views/answer.ts';
import { answerJson } from '../views/json.ts';
import { terminalText } from '../views/terminal-text.ts';
import { type ExitCode, exitOf } from './exit-code.ts';

export interface TerminalRequest {
  words: readonly string[];
  isJson: boolean;
  failOn: Severity | null;
  reference: string;
  /** Asked only where there is something to log. */
  openLog: () => Promise<Logger>;
  stdout: (text: string) => void;
  /** Progress and problems, so that standard output stays the answer alone. */
  stderr: (text: string) => void;
}

/** Runs a chat command for a person or a program at the terminal; never rejects. */
export async function runInTerminal(
  context: CoreContext,
  request: TerminalRequest,
): Promise<ExitCode> {
  const { stdout, stderr, openLog, reference } = request;
  const bugs: unknown[] = [];
  const answer = await runLine(
    {
      ...context,
      // A person here holds the engine already.
      freshWithinMs: 0,
      actor: terminalUser(),
      onProgress: ({ hosts }) => {
        if (request.isJson) return;
        for (const { host, done, total, latest } of hosts) {
          if (latest) stderr(`${host}: ${done}/${total} ${latest.section} ${latest.state}\n`);
        }
      },
    },
    {
      text: request.words.map(quoteWord).join(' '),
      access: fullAccess,
      reference,
      onFailure: (error, cause) => {
        if (cause === 'bug') bugs.push(error);
      },
    },
  );
  for (const error of bugs) {
    (await openLog()).error({ reference, error }, 'a command failed: a bug');
  }
  if (request.isJson) stdout(safeJson(answerJson(answer)));
  else if (answer.kind === 'problem') stderr(terminalText(answerDocument(answer)));
  else if (answer.kind === 'export') giveFile(answer, request);
  else stdout(terminalText(answerDocument(answer)));
  const { code, unknown } = exitOf(answer, request.failOn, context.rules);
  for (const why of unknown) {
    stderr(`Unknown whether there is a finding of ${request.failOn} or worse on ${visible(why)}\n`);
  }
  return code;
}

/** The file alone goes to standard output, so that a shell can redirect it. */
function giveFile(answer: AnswerOf<'export'>, { stdout, stderr }: TerminalRequest): void {
  stdout(answer.file.text);
  stderr(terminalText(answerDocument(answer)));
}

/** The account that runs the program; its number where the system has no name for it. */
function terminalUser(): Actor {
  const place = 'terminal';
  try {
    const { username } = userInfo();
    return { id: username, name: username, place };
  } catch {
    const id = `uid ${process.getuid?.() ?? 'unknown'}`;
    return { id, name: id, place };
  }
}
