import type { TokenStore } from '../ports/intent.ts';
import type { Leaving } from '../ports/scan-queue.ts';
import { onOutside } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { pause } from '../timers/pause.ts';
import type { Button } from '../views/buttons.ts';
import type { AskedAt } from './place.ts';

/** The way to stop one piece of work, from whatever process the button is pressed in. */
export interface StopButton {
  /** Aborts, with a `Leaving`, once somebody pressed the button. */
  signal: AbortSignal;
  /** The button; from the first call on its token is watched. None while the database fails. Never rejects. */
  show(): Promise<Button[]>;
  /** The work has ended: nothing is watched any more. */
  end(): void;
}

/** Between two looks at whether the token was used up. */
const LOOK_MS = 400;

/**
 * Opens a way to stop what a person asked for. Whoever presses the button uses its token up, in the database
 * that all processes share: that is the word.
 */
export function openStopButton(
  { tokens, log }: { tokens: TokenStore; log: Logger },
  { user, channel }: AskedAt,
): StopButton {
  const stopped = new AbortController();
  const ended = new AbortController();
  let shown: Promise<Button[]> | undefined;

  async function watch(token: string): Promise<void> {
    while (!ended.signal.aborted) {
      await pause(LOOK_MS, ended.signal);
      if (ended.signal.aborted) return;
      const issued = await tokens.peek(token).catch(onOutside(() => null));
      if (issued?.used) {
        log.info({ channel, by: issued.used.by }, 'work was stopped by a person');
        const reason: Leaving = { by: issued.used.by };
        return stopped.abort(reason);
      }
    }
  }

  async function issue(): Promise<Button[]> {
    const issued = await tokens
      .issue([{ kind: 'stop', by: user }], channel)
      .catch(onOutside(() => []));
    const [token] = issued;
    if (token === undefined) return [];
    watch(token).catch((error: unknown) => log.error({ error }, 'a stop could not be seen: a bug'));
    return [{ label: 'Stop', token }];
  }

  return {
    signal: stopped.signal,
    show() {
      shown ??= issue();
      return shown;
    },
    end: () => ended.abort(),
  };
}
