import type { Clues } from './clues.ts';

const STOPS =
  '(?:stop|end|cancel|(?:turn|switch|shut)(?: \\w+){0,3}? off|disable|(?:be|stay|keep) quiet|shut up|mute|silence|snooze|quit|kill|drop|pause|suspend|unsubscribe|leave us alone)';
const DENIES =
  '(?:not|never|no need to|nobody|no one|undo|revert|reverse|unmute)(?: (?:ever|just|please|to|you|dare|want|wants|be|the|our|alerts?|digests?|yet)){0,3}?';
const DENIED = new RegExp(
  `\\b${DENIES} ${STOPS}\\b|\\b(?:undo|revert|reverse)\\b.{0,30}\\b(?:off|mute|muting|silence|stop)\\b|\\bunmute\\b`,
);

/** “Do not turn off the alerts”, “undo alerts off”: what is not to be stopped, or no longer. */
export const isStopDenied = (clues: Clues): boolean => clues.says(DENIED);
