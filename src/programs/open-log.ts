import { pino } from 'pino';
import type { Settings } from '../config/load-settings.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { harmlessJson } from '../shared/text.ts';

/**
 * A log of one JSON object a line, harmless on a terminal. What caused a failure outside is left out: it
 * repeats text of others, and the failure's own words say of it what may be said.
 */
export function openLog(
  { logLevel }: Pick<Settings, 'logLevel'>,
  write: (text: string) => void,
): Logger {
  const error = (thrown: unknown) => {
    if (!(thrown instanceof OutsideError)) return pino.stdSerializers.err(thrown as Error);
    const { code, status, message, stack } = thrown;
    return { type: 'OutsideError', code, ...(status !== null && { status }), message, stack };
  };
  return pino(
    { level: logLevel, serializers: { error } },
    { write: (line: string) => write(harmlessJson(line)) },
  );
}
