import { Fragment, h } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Message } from './message.js';
import { dayText, momentOf } from './times.js';

/** @import { PageMessage, PageState } from '../page-state.ts' */
/** @import { MessageActions } from './message.js' */

/** Who is this near to the end wants to stay there. */
const NEAR_END_PX = 80;

/**
 * Keeps a scrolling element at its end while it is there, whatever grows inside.
 * @param {boolean} [startsAtEnd]
 * @param {number} [sent] where it grows, it goes to its end: what follows answers what was sent
 */
export function useEnd(startsAtEnd = true, sent = 0) {
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  const isAtEnd = useRef(startsAtEnd);
  useLayoutEffect(() => {
    const node = list.current;
    if (!node) return undefined;
    const toEnd = () => {
      if (isAtEnd.current) node.scrollTop = node.scrollHeight;
    };
    const watch = () => {
      isAtEnd.current = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_END_PX;
    };
    const growth = new ResizeObserver(toEnd);
    if (node.firstElementChild) growth.observe(node.firstElementChild);
    growth.observe(node);
    node.addEventListener('scroll', watch);
    toEnd();
    return () => {
      growth.disconnect();
      node.removeEventListener('scroll', watch);
    };
  }, []);
  useLayoutEffect(() => {
    if (sent === 0 || !list.current) return;
    isAtEnd.current = true;
    list.current.scrollTop = list.current.scrollHeight;
  }, [sent]);
  return list;
}

/**
 * The messages of a channel, by day, with a line before the first that is new.
 * @param {{ state: PageState, title: string, newFrom: string | null, thread: string | null, actions: MessageActions, sent: number }} input
 */
export function MessageList({ state, title, newFrom, thread, actions, sent }) {
  const list = useEnd(true, sent);
  const { messages } = state;
  const roots = messages.filter((message) => message.thread_ts === undefined);
  let day = '';
  return h(
    'div',
    {
      class: 'messages',
      role: 'log',
      'aria-label': `Messages in ${title}`,
      tabIndex: 0,
      ref: list,
    },
    h(
      'div',
      { class: 'pile' },
      roots.length === 0 ? h('p', { class: 'soft empty' }, 'Nothing was said here yet.') : null,
      roots.map((message) => {
        const ofDay = dayText(momentOf(message.ts));
        const isNewDay = ofDay !== day;
        day = ofDay;
        return h(
          Fragment,
          { key: message.ts },
          isNewDay ? h('h2', { class: 'day' }, h('span', null, ofDay)) : null,
          message.ts === newFrom ? h('div', { class: 'new-line' }, 'New') : null,
          h(Message, {
            message,
            state,
            actions,
            replies: repliesTo(messages, message.ts),
            isThreadOpen: thread === message.ts,
          }),
        );
      }),
    ),
  );
}

/**
 * @param {readonly PageMessage[]} messages
 * @param {string} ts
 */
export const repliesTo = (messages, ts) => messages.filter(({ thread_ts }) => thread_ts === ts);
