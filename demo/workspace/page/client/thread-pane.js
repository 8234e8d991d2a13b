import { h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Composer } from './composer.js';
import { Message } from './message.js';
import { repliesTo, useEnd } from './message-list.js';
import { Pane } from './pane.js';

/** @import { PageState } from '../page-state.ts' */
/** @import { MessageActions } from './message.js' */

const noHints = { command: '', commands: [], hosts: [], containers: [] };

/**
 * A message and what was replied to it.
 * @param {{ state: PageState, ts: string, actions: MessageActions, close: () => void }} input
 */
export function ThreadPane({ state, ts, actions, close }) {
  const root = state.messages.find((message) => message.ts === ts);
  const list = useEnd(false);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => {
    field.current?.focus();
  }, []);
  return h(
    Pane,
    { title: 'Thread', close },
    h(
      'div',
      {
        class: 'messages',
        role: 'log',
        'aria-label': 'Messages of the thread',
        tabIndex: 0,
        ref: list,
      },
      h(
        'div',
        { class: 'pile' },
        root
          ? [root, ...repliesTo(state.messages, ts)].map((message) =>
              h(Message, { key: message.ts, message, state, actions }),
            )
          : h('p', { class: 'soft' }, 'This message is gone.'),
      ),
    ),
    h(Composer, {
      label: 'Reply in the thread',
      placeholder: 'Reply, or @seawall help',
      hints: noHints,
      field,
      send: (/** @type {string} */ text) => actions.act('/page/send', { text, threadTs: ts }),
    }),
  );
}
