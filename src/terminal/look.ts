import type { TextLook } from '../views/terminal-text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How answers look where they are written to. `columns` are those of the terminal, null for a file or a
 * pipe, which has no colour either. `COLUMNS` comes before what the terminal says; `NO_COLOR` is heeded
 * as https://no-color.org has it.
 */
export function lookOf(environment: Environment, columns: number | null): TextLook {
  const { COLUMNS = '', NO_COLOR = '', TERM } = environment;
  const wanted = /^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : columns;
  return { columns: wanted, hasColor: columns !== null && NO_COLOR === '' && TERM !== 'dumb' };
}
