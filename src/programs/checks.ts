import { OutsideError } from '../shared/errors.ts';
import { visible } from '../shared/text.ts';

/** One thing that is tried, e.g. an engine; `run` says what it found, or rejects with what is wrong. */
export interface Check {
  name: string;
  run: () => Promise<string>;
}

/** Runs checks one after the other and writes a line each. True when nothing was wrong. */
export async function runChecks(
  checks: readonly Check[],
  say: (line: string) => void,
): Promise<boolean> {
  let isWell = true;
  for (const { name, run } of checks) {
    try {
      say(`ok    ${visible(`${name}: ${await run()}`)}\n`);
    } catch (error) {
      isWell = false;
      say(`wrong ${visible(`${name}: ${reasonOf(error)}`)}\n`);
    }
  }
  return isWell;
}

/** What went wrong, in words for who set it up. */
export function reasonOf(error: unknown): string {
  if (error instanceof OutsideError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}
