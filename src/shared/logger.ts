/**
 * What code logs through; `main.ts` gives pino. `error`: our bug, someone must look. `warn`: may be
 * ours. Texts are constant, data goes into the fields; no body, token or response_url in either.
 */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/** For code that is run where nobody reads a log. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
