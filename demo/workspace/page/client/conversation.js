import { Fragment, h } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { readHints } from './api.js';
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
  return h(
    Fragment,
    null,
    h(MessageList, { state, title, newFrom, thread, actions }),
    h(Composer, {
      label: 'Message or command',
      placeholder: '/seawall help, or @seawall help',
      hints,
      field,
      onFocus: loadHints,
      send: (text) => actions.act('/page/send', { text }),
    }),
  );
}
