import type { Block } from '../blocks/block.ts';
import { limits } from '../blocks/limits.ts';
import { clamp, visible } from '../shared/text.ts';
import { actionsOf } from './actions.ts';
import type { Action, Document } from './document.ts';

/** Action ids of everything that can be pressed start with this. */
export const ACTION_PREFIX = 'act';

/** More would drown the message; the rest goes into a menu. */
const BUTTONS_MAX = 5;

/** Those actions of a document that a message has room for: what tokens are issued for. */
export function shownActions(document: Pick<Document, 'actions' | 'next'>): Action[] {
  const all = actionsOf(document);
  if (all.length <= BUTTONS_MAX) return all;
  return all.slice(0, BUTTONS_MAX - 1 + limits.overflowOptions.value);
}

/** An action with the token that stands for it. */
export interface Button extends Pick<Action, 'label'> {
  token: string;
}

/** Buttons, and a menu for what is more than five. */
export function actionBlocks(shown: readonly Button[]): Block[] {
  const all = shown.map(({ label, token: value }) => {
    const text = clamp(visible(label) || ' ', limits.buttonText.value);
    return { value, text: { type: 'plain_text' as const, text, emoji: false } };
  });
  if (all.length === 0) return [];
  const buttonCount = all.length <= BUTTONS_MAX ? all.length : BUTTONS_MAX - 1;
  const buttons = all.slice(0, buttonCount).map((button, index) => ({
    type: 'button' as const,
    action_id: `${ACTION_PREFIX}-${index}`,
    ...button,
  }));
  const options = all.slice(buttonCount);
  const menu = { type: 'overflow' as const, action_id: `${ACTION_PREFIX}-more`, options };
  return [{ type: 'actions', elements: options.length > 0 ? [...buttons, menu] : buttons }];
}
