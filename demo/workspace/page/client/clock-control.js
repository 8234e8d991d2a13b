import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { dateText } from './times.js';

/** @import { PageClockState } from '../page-state.ts' */

const EVERY_MS = 10_000;
const MINUTE_MS = 60_000;

/**
 * The time of the workspace, said to be simulated once it is, and the way to what comes next.
 * @param {{ clock: PageClockState, moveOn: () => void }} input
 */
export function ClockControl({ clock, moveOn }) {
  const [, setShownAt] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setShownAt(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const { aheadMs, next } = clock;
  const isSimulated = aheadMs >= MINUTE_MS;
  return h(
    'div',
    { class: 'clock', role: 'group', 'aria-label': 'Clock' },
    h('div', null, dateText(Date.now() + aheadMs)),
    isSimulated ? h('div', { class: 'simulated' }, 'Simulated time') : null,
    next
      ? h(
          'button',
          { type: 'button', onClick: moveOn },
          `${next.label}: ${dateText(next.at)} → go there`,
        )
      : h('div', null, 'Nothing is planned'),
  );
}
