import { doneNotice } from '../../inspections/notices.ts';
import { type Unlisted, unlisted } from './unlisted.ts';

/**
 * The word that work is to be stopped, which whoever does it hears of by the token. Who asked for the work
 * may say it, and operators.
 */
export const stop = ({ by, user }: { by: string; user: string }): Unlisted =>
  unlisted('stop', by === user ? 'view' : 'operate', async ({ now }) =>
    doneNotice(now, 'The scan is being stopped. What was read of other hosts is shown.'),
  );
