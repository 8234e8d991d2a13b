import { OutsideError } from '../shared/errors.ts';
import { listed, visible } from '../shared/text.ts';

/** What a check found: that it is well, in words, or why it could not look; `isTold` where another check has told that. */
export type Found = string | { unknown: string; isTold?: boolean };

/** One thing that is tried, e.g. an engine; `run` rejects with what is wrong. */
export interface Check {
  name: string;
  run: () => Promise<Found>;
}

/** What came of a check: `unknown` where it could not look. */
export interface CheckResult {
  name: string;
  state: 'ok' | 'wrong' | 'unknown';
  /** In words. */
  said: string;
}

/** Runs checks one after the other and tells of each as it ends, unless another told it. What came of all, and of those told. */
export async function runChecks(
  checks: readonly Check[],
  tell: (result: CheckResult) => void,
): Promise<{ all: CheckResult[]; told: CheckResult[] }> {
  const all: CheckResult[] = [];
  const told: CheckResult[] = [];
  for (const { name, run } of checks) {
    const { isTold, ...came } = await tried(run);
    const result = { name, ...came };
    all.push(result);
    if (isTold) continue;
    told.push(result);
    tell(result);
  }
  return { all, told };
}

async function tried(run: Check['run']): Promise<Omit<CheckResult, 'name'> & { isTold: boolean }> {
  try {
    const found = await run();
    return typeof found === 'string'
      ? { state: 'ok', said: found, isTold: false }
      : { state: 'unknown', said: found.unknown, isTold: found.isTold ?? false };
  } catch (error) {
    return { state: 'wrong', said: reasonOf(error), isTold: false };
  }
}

const STATE_LENGTH = 'unknown'.length;

/** The line of a check, harmless on a terminal. */
export const checkLine = ({ name, state, said }: CheckResult): string =>
  `${state.padEnd(STATE_LENGTH)} ${visible(`${name}: ${said}`)}\n`;

const NAMES_SHOWN = 10;

/** Which of many checks are not ok, in lines to stand below them; empty where all are, or all are seen at once. */
export function checksText(results: readonly CheckResult[]): string {
  if (results.length <= CHECKS_SEEN) return '';
  return (['wrong', 'unknown'] as const)
    .flatMap((state) => {
      const names = results.flatMap((one) => (one.state === state ? one.name : []));
      if (names.length === 0) return [];
      return visible(
        `${names.length} of ${results.length} ${state}: ${listed(names, NAMES_SHOWN)}`,
      );
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** Lines that fit on a screen. */
const CHECKS_SEEN = 20;

/** What went wrong, in words for who set it up. */
export function reasonOf(error: unknown): string {
  if (error instanceof OutsideError) {
    return error.remedy ? `${error.detail.replace(/[.!]$/, '')}. ${error.remedy}` : error.detail;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Why Slack could not be asked; null for what Slack itself answered, and for any other failure. */
export const slackIsAway = (error: unknown): string | null =>
  error instanceof OutsideError && error.code === 'slack-failed' && error.isRetryable
    ? error.detail
    : null;
