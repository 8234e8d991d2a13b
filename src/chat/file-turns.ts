import pLimit from 'p-limit';
import type { Command } from '../command/command.ts';

/** One answer's place among those that come with a file, of which each may be twenty megabytes. */
export interface FileTurn {
  /** Resolves when it is its turn; at once for a command that gives no file. */
  enter(command: Pick<Command, 'givesFile'>): Promise<void>;
  /** Lets the next one go: the file is with Slack, or there is none. */
  leave(): void;
}

/** Gives turns of which one at a time has entered: from the first row that is read until Slack has the file. */
export function openFileTurns(): () => FileTurn {
  const oneByOne = pLimit(1);
  return () => {
    let leave = () => {};
    return {
      enter: ({ givesFile = false }) =>
        new Promise((entered) => {
          if (!givesFile) return entered();
          void oneByOne(
            () =>
              new Promise<void>((left) => {
                leave = left;
                entered();
              }),
          );
        }),
      leave: () => leave(),
    };
  };
}
