import { h } from 'preact';
import { useContext } from 'preact/hooks';
import { FormContext } from './form.js';
import { textOf } from './text.js';

/** @import { ComponentChild } from 'preact' */
/** @import { Part } from './text.js' */

/**
 * One element of a form. `tell` gives on what it holds by now.
 * @typedef {object} FieldInput
 * @property {Part} item
 * @property {string} id
 * @property {Record<string, string>} described
 * @property {(state: Part) => void} tell
 */

/** @param {Event} event */
const typedInto = ({ currentTarget }) =>
  /** @type {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} */ (currentTarget).value;

/**
 * @param {Part} item
 * @param {string} value
 */
const optionOf = (item, value) =>
  item.options.find((/** @type {Part} */ option) => option.value === value) ?? null;

/** @param {FieldInput} input */
function Choices({ item, id, described, tell }) {
  const isMany = item.type === 'checkboxes';
  const chosen = [item.initial_option, ...(item.initial_options ?? [])].map((one) => one?.value);
  const onChange = (/** @type {Event} */ { currentTarget }) => {
    const group = /** @type {HTMLInputElement} */ (currentTarget).closest('.choices');
    const values = [...(group?.querySelectorAll('input') ?? [])]
      .filter(({ checked }) => checked)
      .map(({ value }) => optionOf(item, value));
    tell(isMany ? { selected_options: values } : { selected_option: values[0] ?? null });
  };
  return h(
    'div',
    {
      class: 'choices',
      role: isMany ? 'group' : 'radiogroup',
      'aria-labelledby': `${id}-label`,
      ...described,
    },
    item.options.map((/** @type {Part} */ { value, text, description }) =>
      h(
        'label',
        null,
        h('input', {
          type: isMany ? 'checkbox' : 'radio',
          name: id,
          value,
          defaultChecked: chosen.includes(value),
          onChange,
        }),
        ' ',
        textOf(text),
        description ? h('span', { class: 'soft' }, ` ${textOf(description)}`) : null,
      ),
    ),
  );
}

/** @param {FieldInput} input */
function Select({ item, id, described, tell }) {
  const onChange = (/** @type {Event} */ event) =>
    tell({ selected_option: optionOf(item, typedInto(event)) });
  return h(
    'select',
    { id, onChange, ...described },
    h('option', { value: '' }, textOf(item.placeholder) || 'Choose …'),
    item.options.map((/** @type {Part} */ { value, text }) =>
      h('option', { value, selected: value === item.initial_option?.value }, textOf(text)),
    ),
  );
}

/** @param {FieldInput} input */
function Text({ item, id, described, tell }) {
  const common = {
    id,
    placeholder: textOf(item.placeholder),
    maxLength: item.max_length ?? 3000,
    defaultValue: item.initial_value ?? '',
    onInput: (/** @type {Event} */ event) => tell({ value: typedInto(event) || null }),
    ...described,
  };
  return item.multiline ? h('textarea', { rows: 3, ...common }) : h('input', common);
}

/** @param {FieldInput} input */
const Day = ({ item, id, described, tell }) =>
  h('input', {
    type: 'date',
    id,
    defaultValue: item.initial_date ?? '',
    onChange: (/** @type {Event} */ event) => tell({ selected_date: typedInto(event) || null }),
    ...described,
  });

/**
 * A choice among people or channels, which the workspace knows.
 * @param {'user' | 'conversation'} kind
 * @returns {(input: FieldInput) => ComponentChild}
 */
const named =
  (kind) =>
  ({ item, id, described, tell }) => {
    const { names } = useContext(FormContext);
    const letter = kind === 'user' ? 'U' : 'C';
    const known = Object.entries(names).filter(([one]) => one.startsWith(letter));
    const onChange = (/** @type {Event} */ event) =>
      tell({ [`selected_${kind}`]: typedInto(event) || null });
    return h(
      'select',
      { id, onChange, ...described },
      h('option', { value: '' }, textOf(item.placeholder) || 'Choose …'),
      known.map(([value, name]) =>
        h('option', { value, selected: value === item[`initial_${kind}`] }, name),
      ),
    );
  };

/** @type {Readonly<Record<string, (input: FieldInput) => ComponentChild>>} */
const fields = {
  checkboxes: Choices,
  radio_buttons: Choices,
  static_select: Select,
  datepicker: Day,
  users_select: named('user'),
  conversations_select: named('conversation'),
};

/**
 * An input block: its label, its element, its hint and what was wrong with it.
 * @param {{ block: Part }} input
 */
export function Field({ block }) {
  const { errors, onChange } = useContext(FormContext);
  const { element: item, block_id: blockId, hint } = block;
  const id = `field-${blockId}`;
  const error = errors[blockId];
  const isGroup = item.type === 'checkboxes' || item.type === 'radio_buttons';
  const label = [
    textOf(block.label),
    block.optional ? h('span', { class: 'soft' }, ' (optional)') : null,
  ];
  const described = {
    'aria-describedby': [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].join(' ').trim(),
    ...(error ? { 'aria-invalid': 'true' } : {}),
  };
  const draw = (Object.hasOwn(fields, item.type) && fields[item.type]) || Text;
  return h(
    'div',
    { class: 'field' },
    isGroup
      ? h('div', { class: 'label', id: `${id}-label` }, label)
      : h('label', { class: 'label', for: id }, label),
    h(draw, {
      item,
      id,
      described,
      tell: (/** @type {Part} */ state) => onChange(blockId, item.action_id, state),
    }),
    hint ? h('div', { class: 'soft', id: `${id}-hint` }, textOf(hint)) : null,
    error ? h('div', { class: 'error', id: `${id}-error` }, error) : null,
  );
}
