import type { Delivery } from '../../demo/workspace/delivery/delivery.ts';
import type { Message } from '../../demo/workspace/message.ts';
import { isJson } from '../../src/blocks/walk.ts';
import type { ChatApp } from './chat-app.ts';

/** Everything that can be pressed in these blocks: label and value, menus opened. */
export function pressable(blocks: readonly unknown[]): { label: string; value: string }[] {
  const found: { label: string; value: string }[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    if (!isJson(value)) return;
    const text = isJson(value.text) ? value.text.text : undefined;
    if (typeof text === 'string' && typeof value.value === 'string') {
      found.push({ label: text, value: value.value });
    }
    Object.values(value).forEach(look);
  };
  look(blocks);
  return found;
}

/** Presses what has a label that begins like this, as a button or in the menu. */
export function press(
  { workspace }: Pick<ChatApp, 'workspace'>,
  message: Message | undefined,
  label: string,
  user = 'alice',
): Promise<Delivery> {
  if (message === undefined) throw new Error('there is no message to press in');
  const found = pressable(message.blocks).find((one) => one.label.startsWith(label));
  if (found === undefined) {
    const labels = pressable(message.blocks).map((one) => one.label);
    throw new Error(`no “${label}” among: ${labels.join(' | ')}`);
  }
  const isButton = message.blocks.some(
    ({ elements }) =>
      Array.isArray(elements) &&
      elements.some(
        (element) =>
          isJson(element) && (element.value === found.value || element.type === 'feedback_buttons'),
      ) &&
      JSON.stringify(elements).includes(found.value),
  );
  const place = { messageTs: message.ts, channel: message.channel, user };
  return workspace.clickButton(
    isButton
      ? { ...place, label: found.label }
      : { ...place, actionId: 'act-more', option: found.label },
  );
}
