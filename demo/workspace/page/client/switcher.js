import { h } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/**
 * A place to jump to.
 * @typedef {object} Destination
 * @property {string} label
 * @property {() => void} go
 */

/**
 * Finds a place by a part of its name; Enter goes to the first that fits.
 * @param {{ destinations: Destination[], close: () => void }} input
 */
export function Switcher({ destinations, close }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [text, setText] = useState('');
  useLayoutEffect(() => {
    const node = dialog.current;
    node?.showModal();
    return () => node?.close();
  }, []);
  const fittingTo = (/** @type {string} */ typed) =>
    destinations.filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()));
  const fitting = fittingTo(text);
  const choose = (/** @type {Destination | undefined} */ destination) => {
    close();
    destination?.go();
  };
  return h(
    'dialog',
    { ref: dialog, class: 'switcher', 'aria-label': 'Jump to', onCancel: close },
    h(
      'form',
      {
        onSubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          // What is typed counts, also what was not drawn yet.
          choose(fittingTo(input.current?.value ?? '')[0]);
        },
      },
      h('input', {
        ref: input,
        'aria-label': 'Where to',
        placeholder: 'Where to? Type a part of its name',
        autofocus: true,
        value: text,
        onInput: (/** @type {Event} */ { currentTarget }) =>
          setText(/** @type {HTMLInputElement} */ (currentTarget).value),
      }),
      h(
        'ul',
        null,
        fitting.map((destination) =>
          h(
            'li',
            { key: destination.label },
            h(
              'button',
              { type: 'button', class: 'destination', onClick: () => choose(destination) },
              destination.label,
            ),
          ),
        ),
      ),
    ),
  );
}
