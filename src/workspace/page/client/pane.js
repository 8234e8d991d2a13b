import { h } from 'preact';

/** @import { ComponentChildren } from 'preact' */

/**
 * A part of the page beside the conversation, which closes.
 * @param {{ title: string, close: () => void, children?: ComponentChildren }} input
 */
export function Pane({ title, close, children }) {
  return h(
    'aside',
    { class: 'pane', 'aria-label': title },
    h(
      'div',
      { class: 'bar' },
      h('h2', null, title),
      h('button', { type: 'button', onClick: close, 'aria-label': `Close ${title}` }, '✕'),
    ),
    children,
  );
}
