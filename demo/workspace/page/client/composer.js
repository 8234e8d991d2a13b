import { h } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { complete } from './complete.js';

/** @import { RefObject } from 'preact' */
/** @import { PageHints } from '../page-state.ts' */
/** @import { Completion } from './complete.js' */

/**
 * @typedef {object} ComposerInput
 * @property {string} label
 * @property {string} placeholder
 * @property {PageHints} hints
 * @property {(text: string) => void} send
 * @property {RefObject<HTMLInputElement | null>} field
 * @property {() => void} [onFocus]
 */

/**
 * Where a line is typed. A command is completed from what the app declares: arrows choose, Tab or
 * Enter take, Escape closes the list.
 * @param {ComposerInput} input
 */
export function Composer({ label, placeholder, hints, send, field, onFocus }) {
  const [text, setText] = useState('');
  const [isListOpen, setListOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const completions = isListOpen ? complete(text, hints) : [];
  const list = useRef(/** @type {HTMLUListElement | null} */ (null));
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const type = (/** @type {string} */ typed) => {
    setText(typed);
    setListOpen(true);
    setActive(-1);
  };
  const take = (/** @type {Completion | undefined} */ completion) => {
    if (!completion) return;
    type(completion.line);
    field.current?.focus();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const typed = text.trim();
    if (typed === '') return;
    setText('');
    setListOpen(false);
    send(typed);
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const count = completions.length;
    if (event.isComposing || count === 0) return;
    const chosen = completions[active];
    if (event.key === 'ArrowDown') setActive((active + 1) % count);
    else if (event.key === 'ArrowUp') setActive((active <= 0 ? count : active) - 1);
    else if (event.key === 'Tab' && !event.shiftKey) take(chosen ?? completions[0]);
    else if (event.key === 'Enter' && chosen) take(chosen);
    else if (event.key === 'Escape') setListOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const id = `completion-${label.replace(/\W+/g, '-')}`;
  return h(
    'form',
    { class: 'composer', onSubmit: submit },
    h(CompletionList, { id, completions, active, take, list }),
    h('input', {
      ref: field,
      value: text,
      role: 'combobox',
      autocomplete: 'off',
      spellcheck: false,
      'aria-label': label,
      'aria-autocomplete': 'list',
      'aria-expanded': completions.length > 0,
      'aria-controls': id,
      ...(active >= 0 ? { 'aria-activedescendant': `${id}-${active}` } : {}),
      placeholder,
      onInput: (/** @type {Event} */ { currentTarget }) =>
        type(/** @type {HTMLInputElement} */ (currentTarget).value),
      onKeyDown,
      onFocus,
      onBlur: () => setListOpen(false),
    }),
    h('button', { class: 'primary' }, 'Send'),
  );
}

/** @param {{ id: string, completions: Completion[], active: number, take: (one: Completion) => void, list: RefObject<HTMLUListElement | null> }} input */
function CompletionList({ id, completions, active, take, list }) {
  return h(
    'ul',
    {
      class: 'completions',
      id,
      role: 'listbox',
      'aria-label': 'Completions',
      ref: list,
      hidden: completions.length === 0,
    },
    completions.map((one, index) =>
      h(
        'li',
        {
          key: one.line,
          id: `${id}-${index}`,
          role: 'option',
          'aria-selected': index === active,
          // Before the field would lose the focus, and the list with it.
          onMouseDown: (/** @type {Event} */ event) => {
            event.preventDefault();
            take(one);
          },
        },
        h('span', { class: 'completion' }, one.label),
        h('span', { class: 'soft' }, one.detail),
      ),
    ),
  );
}
