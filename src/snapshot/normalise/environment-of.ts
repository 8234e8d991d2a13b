import { OutsideError } from '../../shared/errors.ts';
import type { EnvironmentVariable } from '../facts/environment.ts';
import { type Foreign, text } from '../foreign.ts';
import { environmentVariable } from './environment.ts';

/** Linked services of a large project make some hundreds. */
const VARIABLES_MAX = 1000;

/**
 * The variables of one `Config.Env`. Throws for more than anybody sets: of all that an engine can say,
 * they make the most memory of the fewest bytes.
 */
export function environmentOf(entries: readonly Foreign[]): EnvironmentVariable[] {
  requireFew(entries);
  return entries.map((entry) => environmentVariable(text(entry)));
}

/** Throws for more variables than are kept. */
export function requireFew(variables: readonly unknown[]): void {
  if (variables.length <= VARIABLES_MAX) return;
  const detail = `${variables.length} variables, more than the ${VARIABLES_MAX} that are read`;
  throw new OutsideError('engine-answer-too-large', detail);
}
