import { useEffect, useRef } from 'preact/hooks';
import { act } from './api.js';

/** @import { PageState } from '../page-state.ts' */

/**
 * Marks what is looked at as read, and remembers which message was the first new one when the
 * channel was opened; null for none.
 * @param {PageState | null} state
 * @param {boolean} isLooking
 * @returns {string | null}
 */
export function useReading(state, isLooking) {
  const opened = useRef({ place: '', firstNew: /** @type {string | null} */ (null) });
  const { user = '', channel = '' } = state ?? {};
  const unread = state?.channels.find(({ id }) => id === channel)?.unread ?? 0;
  const newest = state?.messages.findLast(({ thread_ts }) => thread_ts === undefined)?.ts ?? '';
  const place = isLooking ? `${user} ${channel}` : '';
  if (state && place !== opened.current.place) {
    opened.current = { place, firstNew: firstNewIn(state, unread) };
  }

  useEffect(() => {
    const read = () => {
      if (isLooking && unread > 0 && !document.hidden) {
        // Without a mark the channel stays unread, and the next message tries again.
        void act('/page/read', { user, channel, ts: newest });
      }
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [isLooking, user, channel, newest, unread]);

  return opened.current.firstNew;
}

/**
 * @param {PageState} state
 * @param {number} unread
 */
function firstNewIn({ messages, user }, unread) {
  const others = messages.filter((one) => one.thread_ts === undefined && one.user !== user);
  // Where all is new, a line before it says nothing.
  return unread > 0 && unread < others.length ? (others.at(-unread)?.ts ?? null) : null;
}
