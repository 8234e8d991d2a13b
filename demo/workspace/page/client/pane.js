import { h } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** @import { ComponentChildren } from 'preact' */

/**
 * A part of the page beside the conversation, which closes; the focus then goes back to where it was.
 * @param {{ title: string, close: () => void, children?: ComponentChildren }} input
 */
export function Pane({ title, close, children }) {
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
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
