import { h } from 'preact';
import { useRef } from 'preact/hooks';
import { isWebAddress } from './mrkdwn.js';
import { Picture } from './picture.js';
import { drawText, textOf } from './text.js';

/** @import { ComponentChild } from 'preact' */
/** @import { Part, Surroundings } from './text.js' */

/**
 * What can be pressed or chosen in a message or on the Home tab.
 * @typedef {object} ElementInput
 * @property {Part} item
 * @property {string} blockId
 * @property {Surroundings} around
 */

/** @param {ElementInput} input */
function Button({ item, blockId, around }) {
  const label = textOf(item.text);
  const { style = '', url, accessibility_label: spoken } = item;
  if (url && isWebAddress(url)) {
    return h('a', { class: 'button', href: url, target: '_blank', rel: 'noreferrer' }, label);
  }
  return h(
    'button',
    {
      type: 'button',
      class: style,
      ...(spoken ? { 'aria-label': spoken } : {}),
      onClick: () => around.use({ blockId, actionId: item.action_id }),
    },
    label,
  );
}

/**
 * The menu behind the three dots.
 * @param {ElementInput} input
 */
function Overflow({ item, blockId, around }) {
  const menu = useRef(/** @type {HTMLDetailsElement | null} */ (null));
  const close = () => {
    if (!menu.current) return;
    menu.current.open = false;
    menu.current.querySelector('summary')?.focus();
  };
  return h(
    'details',
    {
      class: 'overflow',
      ref: menu,
      onKeyDown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== 'Escape' || !menu.current?.open) return;
        event.stopPropagation();
        close();
      },
    },
    h('summary', { class: 'button', 'aria-label': 'More actions', title: 'More actions' }, '⋯'),
    h(
      'ul',
      null,
      item.options.map((/** @type {Part} */ { value, text }) =>
        h(
          'li',
          null,
          h(
            'button',
            {
              type: 'button',
              onClick: () => {
                close();
                around.use({ blockId, actionId: item.action_id, value });
              },
            },
            textOf(text),
          ),
        ),
      ),
    ),
  );
}

/** @param {ElementInput} input */
function Select({ item, blockId, around }) {
  const hint = textOf(item.placeholder) || 'Choose …';
  return h(
    'select',
    {
      'aria-label': hint,
      onChange: (/** @type {Event} */ { target }) => {
        const { value } = /** @type {HTMLSelectElement} */ (target);
        if (value !== '') around.use({ blockId, actionId: item.action_id, value });
      },
    },
    h('option', { value: '' }, hint),
    item.options.map((/** @type {Part} */ { value, text }) =>
      h('option', { value, selected: value === item.initial_option?.value }, textOf(text)),
    ),
  );
}

/** @param {ElementInput} input */
function DatePicker({ item, blockId, around }) {
  return h('input', {
    type: 'date',
    'aria-label': textOf(item.placeholder) || 'Date',
    value: item.initial_date ?? '',
    onChange: (/** @type {Event} */ { target }) =>
      around.use({
        blockId,
        actionId: item.action_id,
        value: /** @type {HTMLInputElement} */ (target).value,
      }),
  });
}

/**
 * Two small buttons that say whether an answer was good.
 * @param {ElementInput} input
 */
function Feedback({ item, blockId, around }) {
  return h(
    'span',
    { class: 'feedback', role: 'group', 'aria-label': 'Feedback' },
    [item.positive_button, item.negative_button].map((/** @type {Part} */ half) =>
      h(
        'button',
        {
          type: 'button',
          ...(half.accessibility_label ? { 'aria-label': half.accessibility_label } : {}),
          onClick: () => around.use({ blockId, actionId: item.action_id, value: half.value }),
        },
        textOf(half.text),
      ),
    ),
  );
}

/** @type {Readonly<Record<string, (input: ElementInput) => ComponentChild>>} */
const elements = {
  button: Button,
  feedback_buttons: Feedback,
  workflow_button: Button,
  overflow: Overflow,
  datepicker: DatePicker,
  image: ({ item }) => h(Picture, { block: item }),
  mrkdwn: ({ item, around }) => drawText(item, around.names),
  plain_text: ({ item, around }) => drawText(item, around.names),
};

/**
 * An element beside, or among, text.
 * @param {ElementInput} input
 */
export function Element(input) {
  const { type, options } = input.item;
  const draw = Object.hasOwn(elements, type) ? elements[type] : undefined;
  if (draw) return h(draw, input);
  if (Array.isArray(options)) return h(Select, input);
  return h('span', { class: 'unsupported' }, `[${type}]`);
}
