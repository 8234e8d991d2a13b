import { OutsideError } from '../shared/errors.ts';
import { visible } from '../shared/text.ts';

/** What a check found: that it is well, in words, or why it could not look. */
export type Found = string | { unknown: string };

/** One thing that is tried, e.g. an engine; `run` rejects with what is wrong. */
export interface Check {
  name: string;
  run: () => Promise<Found>;
}

/** Runs checks one after the other and writes a line each. True when all were made and nothing was wrong. */
export async function runChecks(
  checks: readonly Check[],
  say: (line: string) => void,
): Promise<boolean> {
  let isWell = true;
  const tell = (state: 'ok' | 'wrong' | 'unknown', name: string, said: string) => {
    isWell &&= state === 'ok';
    say(`${state.padEnd(STATE_LENGTH)} ${visible(`${name}: ${said}`)}\n`);
  };
  for (const { name, run } of checks) {
    try {
      const found = await run();
      if (typeof found === 'string') tell('ok', name, found);
      else tell('unknown', name, found.unknown);
    } catch (error) {
      tell('wrong', name, reasonOf(error));
    }
  }
  return isWell;
}

const STATE_LENGTH = 'unknown'.length;

/** What went wrong, in words for who set it up. */
export function reasonOf(error: unknown): string {
  if (error instanceof OutsideError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}

/** Why Slack could not be asked; null for what Slack itself answered, and for any other failure. */
export const slackIsAway = (error: unknown): string | null =>
  error instanceof OutsideError && error.code === 'slack-failed' && error.isRetryable
    ? error.detail
    : null;
