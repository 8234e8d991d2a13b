import { Fragment, h } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { act, readHints } from './api.js';
import { Composer } from './composer.js';
import { MessageList } from './message-list.js';

/** @import { RefObject } from 'preact' */
/** @import { PageHints, PageState } from '../page-state.ts' */
/** @import { MessageActions } from './message.js' */

/** @type {PageHints} */
const noHints = { command: '/seawall', commands: [], hosts: [], containers: [] };

/**
 * The messages of a channel, and where the next one is typed.
 * @param {{ state: PageState, title: string, newFrom: string | null, thread: string | null, actions: MessageActions, field: RefObject<HTMLInputElement | null> }} input
 */
export function Conversation({ state, title, newFrom, thread, actions, field }) {
  const [hints, setHints] = useState(noHints);
  const loadHints = useCallback(() => {
    // Without them a line can be typed all the same.
    readHints().then(setHints, () => setHints(noHints));
  }, []);
  const isDirect = state.channels.find(({ id }) => id === state.channel)?.kind === 'direct';
  const [sent, setSent] = useState(0);
  const send = (/** @type {string} */ text) => {
    setSent((before) => before + 1);
    return actions.act('/page/send', { text });
  };
  const { user } = state;
  useEffect(() => {
    // The app suggests what to ask; a page without suggestions is whole too.
    if (isDirect) void act('/page/messages', { user });
  }, [isDirect, user]);
  useEffect(() => {
    // A screen keyboard would hide what there is to read.
    if (matchMedia('(hover: hover)').matches) field.current?.focus({ preventScroll: true });
  }, [field]);
  return h(
    Fragment,
    null,
    h(MessageList, { state, title, newFrom, thread, actions, sent }),
    h(
      'p',
      { class: 'status soft', 'aria-live': 'polite' },
      state.statuses.map((status) => `seawall ${status}`).join(' · '),
    ),
    h(
      'div',
      { class: 'prompts', hidden: state.prompts.length === 0 },
      state.prompts.map(({ title: label, message }) =>
        h('button', { key: message, type: 'button', onClick: () => send(message) }, label),
      ),
    ),
    h(Composer, {
      label: 'Message or command',
      placeholder: '/seawall help, or @seawall help',
      hints,
      field,
      onFocus: loadHints,
      send,
    }),
  );
}
