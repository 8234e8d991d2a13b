import { isJson, type Json, walkBlocks, walkObjects } from '../../src/blocks/walk.ts';

/** Says which interactive element is meant; whatever is given must match. */
export interface ElementChoice {
  actionId?: string;
  blockId?: string;
  /** Text on a button. */
  label?: string;
  /** For selects, overflows and the like: the value of the chosen option; a date for a picker. */
  value?: string;
  /** Instead of the value: the text of the chosen option. */
  option?: string;
}

const textOf = (value: unknown) => (isJson(value) ? value.text : value);

function* listElements(blocks: readonly unknown[]): Generator<{ block: Json; element: Json }> {
  for (const { value: block } of walkBlocks(blocks, '')) {
    // What a container holds is walked itself.
    if (block.type === 'container') continue;
    for (const { value: element } of walkObjects(block, '')) {
      if (element.action_id !== undefined) yield { block, element };
    }
  }
}

function matches(choice: ElementChoice, block: Json, element: Json): boolean {
  if (choice.actionId !== undefined && element.action_id !== choice.actionId) return false;
  if (choice.blockId !== undefined && block.block_id !== choice.blockId) return false;
  if (choice.option !== undefined && !findOption(element, choice)) return false;
  if (element.type === 'feedback_buttons') return findFeedback(element, choice) !== undefined;
  return choice.label === undefined || textOf(element.text) === choice.label;
}

function findOption(element: Json, { value, option: text }: ElementChoice): Json | undefined {
  const options = Array.isArray(element.options) ? element.options.filter(isJson) : [];
  return options.find((option) =>
    text === undefined ? option.value === value : textOf(option.text) === text,
  );
}

/** The half of a pair of feedback buttons that is meant. */
function findFeedback(element: Json, { label, value }: ElementChoice): Json | undefined {
  return [element.positive_button, element.negative_button]
    .filter(isJson)
    .find((half) => textOf(half.text) === label || (value !== undefined && half.value === value));
}

function describeUse(element: Json, choice: ElementChoice): Json {
  const { value } = choice;
  if (element.type === 'button') {
    return {
      text: element.text,
      ...(element.value === undefined ? {} : { value: element.value }),
      ...(element.style === undefined ? {} : { style: element.style }),
    };
  }
  if (element.type === 'feedback_buttons') {
    const { text, value: chosen } = findFeedback(element, choice) ?? {};
    return { text, value: chosen };
  }
  if (element.type === 'datepicker') return { selected_date: value ?? null };
  if (element.type === 'users_select') return { selected_user: value ?? null };
  if (element.type === 'conversations_select') return { selected_conversation: value ?? null };
  const option = findOption(element, choice);
  if (!option) return value === undefined ? {} : { value };
  return element.type === 'checkboxes'
    ? { selected_options: [option] }
    : { selected_option: option };
}

/**
 * The entry of `actions` that using the element sends. Throws when no element matches, and names
 * those there are.
 */
export function getAction(blocks: readonly unknown[], choice: ElementChoice): Json {
  const elements = [...listElements(blocks)];
  const found = elements.find(({ block, element }) => matches(choice, block, element));
  if (!found) {
    const known = elements.map(
      ({ element }) => `${String(element.action_id)} (${String(textOf(element.text))})`,
    );
    throw new Error(`no element ${JSON.stringify(choice)} among: ${known.join(', ') || 'none'}`);
  }
  const { block, element } = found;
  return {
    type: element.type,
    action_id: element.action_id,
    block_id: block.block_id,
    ...describeUse(element, choice),
  };
}
