import { openLog } from '../../src/programs/open-log.ts';

/** Where `test/jest/native-environment.mjs` looks when a test fails. */
const KNOWN = Symbol.for('seawall.known');

type Tell = () => string | Promise<string>;

const LINES_SHOWN = 15;

/**
 * Whatever a failing test should leave in its message, e.g. the end of a log: `tell` is asked at
 * every failure of this suite until the returned function is called.
 */
export function leaveWhatIsKnown(tell: Tell): () => void {
  const known = (globalThis as { [KNOWN]?: Set<Tell> })[KNOWN];
  known?.add(tell);
  return () => {
    known?.delete(tell);
  };
}

/** The end of something that is written line by line, below a title. */
export function lastLines(title: string, lines: readonly string[], count = LINES_SHOWN): string {
  const shown = lines.slice(-count).map((line) => `  ${line.trimEnd().slice(0, 400)}`);
  return [`${title}:`, ...(shown.length > 0 ? shown : ['  nothing'])].join('\n');
}

/** A logger that leaves its last lines; it writes on every level, one JSON text each. */
export function openTellingLogger() {
  const lines: string[] = [];
  const log = openLog({ logLevel: 'trace' }, (line) => {
    lines.push(line);
  });
  return { log, lines, forget: leaveWhatIsKnown(() => lastLines('Log of Seawall', lines)) };
}

interface TellingWorkspace {
  calls: readonly SlackCall[];
  close(): Promise<void>;
}

interface SlackCall {
  method: string;
  arguments: object;
  answer: unknown;
  status: number | null;
}

/** An emulated workspace that leaves the calls it got last, until it is closed. */
export function tellingWorkspace<T extends TellingWorkspace>(workspace: T): T {
  const forget = leaveWhatIsKnown(() =>
    lastLines(
      'Last calls to Slack',
      workspace.calls.map(
        ({ method, status, arguments: given, answer }) =>
          `${method} ${JSON.stringify(given).slice(0, 160)} → ${status} ${JSON.stringify(answer)}`,
      ),
    ),
  );
  const close = () => {
    forget();
    return workspace.close();
  };
  return { ...workspace, close };
}
