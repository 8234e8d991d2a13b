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
export function shownActions(document: Pick<Document, 'actions' | 'feedback' | 'next'>): Shown[] {
  const all: Shown[] = actionsOf(document);
  const feedback = (document.feedback ?? []).map((one) => ({ ...one, isFeedback: true }));
  const shown =
    all.length <= BUTTONS_MAX ? all : all.slice(0, BUTTONS_MAX - 1 + limits.overflowOptions.value);
  return [...shown, ...feedback];
}

/** True for what is said of the answer. */
interface Shown extends Action {
  isFeedback?: boolean;
}

/** An action with the token that stands for it. */
export interface Button extends Pick<Shown, 'label' | 'isFeedback'> {
  token: string;
}

/** Buttons, and a menu for what is more than five; below them what is said of the answer. */
export const actionBlocks = (shown: readonly Button[]): Block[] => [
  ...ordinaryBlocks(shown.filter(({ isFeedback }) => isFeedback !== true)),
  ...feedbackBlocks(shown.filter(({ isFeedback }) => isFeedback === true)),
];

/** A text in which Slack parses nothing, cut to its limit; Slack takes none that is empty. */
export const plain = (text: string, lengthMax: number) => ({
  type: 'plain_text' as const,
  text: clamp(visible(text), lengthMax) || ' ',
  emoji: false,
});

const labelOf = ({ label }: Button) => plain(label, limits.buttonText.value);

function feedbackBlocks([good, bad]: readonly Button[]): Block[] {
  if (good === undefined || bad === undefined) return [];
  const half = (button: Button) => ({ text: labelOf(button), value: button.token });
  const element = {
    ...{ type: 'feedback_buttons' as const, action_id: `${ACTION_PREFIX}-feedback` },
    ...{ positive_button: half(good), negative_button: half(bad) },
  };
  return [{ type: 'context_actions', elements: [element] }];
}

function ordinaryBlocks(shown: readonly Button[]): Block[] {
  const all = shown.map((button) => ({ value: button.token, text: labelOf(button) }));
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
