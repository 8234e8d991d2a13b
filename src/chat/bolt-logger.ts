import { type Logger as BoltLogger, LogLevel } from '@slack/web-api';
import type { Logger } from '../shared/logger.ts';

/**
 * Bolt's log lines in ours. Only texts are passed on: Bolt's objects can hold request bodies, and
 * its debug lines response urls.
 */
export function boltLogger(log: Logger): BoltLogger {
  const textOf = (parts: readonly unknown[]) =>
    parts
      .map((part) => (part instanceof Error ? part.message : part))
      .filter((part) => typeof part === 'string')
      .join(' ')
      .replaceAll(/https?:\/\/\S+/g, '[url]')
      .replaceAll(/xox[a-z]-\S+|xapp-\S+/g, '[token]')
      .slice(0, 500);
  return {
    debug: () => {},
    info: (...parts) => log.debug({ from: 'bolt', detail: textOf(parts) }, 'Slack library'),
    warn: (...parts) => log.warn({ from: 'bolt', detail: textOf(parts) }, 'Slack library'),
    error: (...parts) => log.warn({ from: 'bolt', detail: textOf(parts) }, 'Slack library'),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
