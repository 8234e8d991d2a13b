import { isJson, type Json, walkBlocks } from '../../src/blocks/walk.ts';

/** What an element holds before anybody touched it, as `view.state.values` shows it. */
function initialState(element: Json): Json {
  const { type } = element;
  const chosen = (key: string) => element[key] ?? null;
  switch (type) {
    case 'datepicker':
      return { type, selected_date: chosen('initial_date') };
    case 'users_select':
      return { type, selected_user: chosen('initial_user') };
    case 'conversations_select':
      return { type, selected_conversation: chosen('initial_conversation') };
    case 'radio_buttons':
    case 'static_select':
      return { type, selected_option: chosen('initial_option') };
    case 'checkboxes':
      return { type, selected_options: element.initial_options ?? [] };
    default:
      return { type, value: chosen('initial_value') };
  }
}

const stateKeys = [
  'selected_date',
  'selected_user',
  'selected_conversation',
  'selected_option',
  'selected_options',
  'value',
];

function isEmpty(state: Json): boolean {
  const values = stateKeys.map((key) => state[key]);
  return values.every(
    (value) =>
      value === undefined ||
      value === null ||
      value === '' ||
      (Array.isArray(value) && value.length === 0),
  );
}

/** The input blocks of a form, each with its element. */
function* inputsOf(blocks: readonly unknown[]): Generator<{ block: Json; element: Json }> {
  for (const { value: block } of walkBlocks(blocks, '')) {
    if (block.type === 'input' && isJson(block.element)) yield { block, element: block.element };
  }
}

/**
 * Everything a client sends for a form: block id → action id → state, untouched fields with what
 * they held from the start. Throws for a required field that is empty, because a client does not
 * send the form then.
 */
export function completeValues(blocks: readonly unknown[], given: Json): Json {
  const values: Json = { ...given };
  for (const { block, element } of inputsOf(blocks)) {
    const [id, action] = [String(block.block_id), String(element.action_id)];
    const touched = isJson(values[id]) ? values[id] : {};
    const own = touched[action];
    const state = isJson(own) ? { type: element.type, ...own } : initialState(element);
    if (block.optional !== true && isEmpty(state)) throw new Error(`the field ${id} is empty`);
    values[id] = { ...touched, [action]: state };
  }
  return values;
}
