import type { FeedProgressAnswer } from '../answers/feed-progress.ts';
import type { ScanProgressAnswer } from '../answers/scan-answer.ts';
import { fullAccess } from '../command/access.ts';
import type { CoreContext } from '../command/command.ts';
import { runLine } from '../command/run-line.ts';
import { safeJson } from '../exports/safe-json.ts';
import type { UndecidedOnHost } from '../ports/scan-store.ts';
import type { Severity } from '../rules/rule.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { clamp, listed, quoteWord, visible } from '../shared/text.ts';
import { type Answer, type AnswerOf, answerDocument } from '../views/answer.ts';
import { readText } from '../views/feed-progress.ts';
import { HOSTS_SHOWN } from '../views/host-notes.ts';
import { answerJson } from '../views/json.ts';
import { plainLook, type TextLook, terminalText } from '../views/terminal-text.ts';
import { type ExitCode, exitOf, hostsOf, tellsOfFindings } from './exit-code.ts';
import { terminalUser } from './terminal-user.ts';

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
  /** How the answer looks; plain when left out. */
  look?: TextLook;
  /** Columns of the terminal that `stderr` is; null or left out for none, where no progress is shown. */
  progressColumns?: number | null;
}

/** Runs a chat command for a person or a program at the terminal; never rejects. */
export async function runInTerminal(
  context: CoreContext,
  request: TerminalRequest,
): Promise<ExitCode> {
  const { stdout, stderr, openLog, reference, look = plainLook } = request;
  const bugs: unknown[] = [];
  const progress = progressLine(stderr, request.isJson ? null : (request.progressColumns ?? null));
  const answer = await runLine(
    {
      ...context,
      // A person here holds the engine already.
      freshWithinMs: 0,
      actor: terminalUser(),
      onProgress: progress.show,
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
  progress.clear();
  for (const error of bugs) {
    (await openLog()).error({ reference, error }, 'a command failed: a bug');
  }
  if (request.isJson) stdout(safeJson(answerJson(answer)));
  else if (answer.kind === 'problem') stderr(terminalText(answerDocument(answer), look));
  else if (answer.kind === 'export') giveFile(answer, request);
  else stdout(terminalText(answerDocument(answer), look));
  return exitCode(context, answer, request);
}

/** With what nobody knows said at standard error. */
async function exitCode(
  { rules, store }: CoreContext,
  answer: Answer,
  { failOn, stderr }: TerminalRequest,
): Promise<ExitCode> {
  const hosts = failOn === null ? [] : hostsOf(answer).map(({ name }) => name);
  let undecided: UndecidedOnHost[];
  try {
    undecided = await store.listUndecided({ hosts });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    stderr(`Unknown what could not be judged: ${visible(error.message)}\n`);
    return 3;
  }
  const { code, unknown } = exitOf(answer, failOn, { rules, undecided });
  for (const why of unknown) {
    stderr(`Unknown whether there is a finding of ${failOn} or worse on ${visible(why)}\n`);
  }
  if (code === 0 && failOn !== null && !tellsOfFindings(answer)) {
    stderr('--fail-on says nothing here: this answer is about no findings and no hosts.\n');
    return 2;
  }
  return code;
}

/** The file alone goes to standard output, so that a shell can redirect it. */
function giveFile(answer: AnswerOf<'export'>, { stdout, stderr, look }: TerminalRequest): void {
  stdout(answer.file.text);
  stderr(terminalText(answerDocument(answer), look));
}

/** How long work proceeds, in one line of a terminal that is written over. */
interface ProgressLine {
  show(progress: ScanProgressAnswer | FeedProgressAnswer): void;
  /** Leaves the line empty, for what is written next. */
  clear(): void;
}

/** Without a terminal (`columns` null) it writes nothing. */
export function progressLine(write: (text: string) => void, columns: number | null): ProgressLine {
  let written = 0;
  const writeOver = (text: string) => {
    write(`\r${text.padEnd(written)}`);
    written = text.length;
  };
  return {
    show(progress) {
      if (columns === null) return;
      const text = progress.kind === 'scan-progress' ? scanText(progress) : feedText(progress);
      writeOver(clamp(visible(text), Math.max(1, columns - 1)));
    },
    clear() {
      if (written === 0) return;
      writeOver('');
      write('\r');
    },
  };
}

function scanText({ hosts }: ScanProgressAnswer): string {
  const latest = hosts.find(({ done, total }) => done < total)?.latest?.section;
  const counts = hosts.map(({ host, done, total }) => `${host} ${done}/${total}`).join(', ');
  return hosts.length > HOSTS_SHOWN
    ? `Scanning: ${progressText(hosts)}`
    : `Scanning ${counts}${latest ? `: ${latest}` : ''}`;
}

function feedText({ from, feeds }: FeedProgressAnswer): string {
  const done = feeds.filter(({ outcome }) => outcome !== null).length;
  const current = feeds.find(({ outcome }) => outcome === null);
  const place = from === 'publishers' ? `Fetching feeds ${done}/${feeds.length}` : 'Importing';
  if (current === undefined) return place;
  const read = readText(current);
  return `${place}: ${current.source}${read === '' ? '' : `, ${read}`}`;
}

type Step = ScanProgressAnswer['hosts'][number];

/** How far a scan of many hosts is. */
function progressText(hosts: readonly Step[]): string {
  const isDone = ({ done, total, outcome }: Step) =>
    outcome !== undefined || (total > 0 && done >= total);
  const done = hosts.filter(isDone).length;
  const begun = hosts.filter((one) => one.latest !== null && !isDone(one));
  const names = begun.map(({ host }) => host);
  const waiting = hosts.length - done - begun.length;
  const read = `${done} of ${hosts.length} hosts read, ${waiting} waiting, ${begun.length} being read`;
  return begun.length === 0 ? read : `${read}: ${listed(names, 3)}`;
}
