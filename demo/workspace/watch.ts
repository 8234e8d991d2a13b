import type { Core } from './core.ts';
import type { Message } from './message.ts';

export interface Watcher {
  waitUntil(predicate: () => boolean, timeoutMs: number): Promise<void>;
  waitForMessage(
    list: () => Message[],
    predicate: (message: Message) => boolean,
    timeoutMs: number,
  ): Promise<Message>;
}

/** Waits for changes of the workspace; the time limits are real time. */
export function createWatcher(core: Core): Watcher {
  function waitFor<T>(find: () => T | undefined, timeoutMs: number, describe: () => string) {
    return new Promise<T>((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        stop();
        settle();
      };
      const look = () => {
        try {
          const found = find();
          if (found !== undefined) finish(() => resolve(found));
        } catch (error) {
          finish(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      const stop = core.journal.onChange(look);
      const timer = setTimeout(() => finish(() => reject(new Error(describe()))), timeoutMs);
      look();
    });
  }
  return {
    async waitUntil(predicate, timeoutMs) {
      const describe = () => `did not happen within ${timeoutMs} ms`;
      await waitFor(() => predicate() || undefined, timeoutMs, describe);
    },
    waitForMessage(list, predicate, timeoutMs) {
      const describe = () => {
        const texts = list().map(({ text }) => JSON.stringify(text));
        return `no such message within ${timeoutMs} ms; there are: ${texts.join(', ') || 'none'}`;
      };
      return waitFor(() => list().find(predicate), timeoutMs, describe);
    },
  };
}
