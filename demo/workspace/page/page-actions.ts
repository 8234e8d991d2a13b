import { isJson, type Json } from '../../../src/blocks/walk.ts';
import { table } from '../../../src/shared/table.ts';
import type { Actions } from '../actions.ts';
import type { Core } from '../core.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { escapeLikeClient } from '../escape.ts';
import { findChannel } from '../state.ts';
import type { PageClock } from './page-options.ts';
import type { ReadMarks } from './read-marks.ts';
import { messageShortcut } from './read-page-state.ts';
import type { Underneath } from './underneath.ts';

/** What the actions of the page work with. */
export interface PageParts {
  core: Core;
  actions: Actions;
  marks: ReadMarks;
  underneath: Underneath;
  clock: PageClock | undefined;
}

/** Does what the page asks for; rejects for what cannot be done. Null when the app is not told. */
export type PageAction = (parts: PageParts, input: Json) => Promise<Delivery | null>;

/** What the page can do, by the path it posts to. */
export const pageActions = table<PageAction>({
  '/page/send': sendTyped,
  '/page/click': ({ actions }, input) =>
    actions.clickButton({ ...readChoice(input), messageTs: String(input.messageTs) }),
  '/page/click-view': ({ actions }, input) => actions.clickInView(readChoice(input)),
  '/page/home': ({ actions }, input) => actions.openHome(textOf(input, 'user')),
  '/page/messages': ({ actions }, input) => actions.openMessages(textOf(input, 'user')),
  '/page/shortcut': ({ actions }, input) =>
    actions.runShortcut({
      ...textOf(input, 'user'),
      ...textOf(input, 'channel'),
      callbackId: messageShortcut.callbackId,
      messageTs: String(input.messageTs),
    }),
  '/page/submit': ({ actions }, input) =>
    actions.submitView({
      ...textOf(input, 'user'),
      values: isJson(input.values) ? input.values : {},
    }),
  '/page/close': ({ actions }, input) => actions.closeModal(textOf(input, 'user')),
  '/page/read': async ({ core, marks }, input) => {
    marks.set(String(input.user), String(input.channel), String(input.ts));
    core.journal.notifyChange();
    return null;
  },
  '/page/clock': async ({ core, underneath, clock }) => {
    const next = await clock?.findNext();
    if (!clock || !next) throw new Error('nothing is planned');
    underneath.begin(`Clock moved on: ${next.label}`);
    await clock.moveOn();
    core.journal.notifyChange();
    return null;
  },
});

const textOf = (input: Json, key: string) => {
  const value = input[key];
  return typeof value === 'string' && value !== '' ? { [key]: value } : {};
};

const readChoice = (input: Json) => ({
  ...textOf(input, 'user'),
  ...textOf(input, 'channel'),
  ...textOf(input, 'actionId'),
  ...textOf(input, 'blockId'),
  ...textOf(input, 'value'),
});

/** Sends what was typed: a command when it begins with `/`, a mention when it names the app. */
async function sendTyped({ core, actions }: PageParts, input: Json): Promise<Delivery | null> {
  const text = typeof input.text === 'string' ? input.text.trim() : '';
  const isDirect = findChannel(core.state, String(input.channel))?.kind === 'direct';
  const where = { ...textOf(input, 'user'), ...textOf(input, 'channel') };
  const [command] = /^\/\S+/.exec(text) ?? [];
  if (command !== undefined) {
    const rest = text.slice(command.length).trim();
    return actions.sendCommand({ ...where, command, text: rest, isEscaped: true });
  }
  const bot = core.state.app.botUserId;
  const escaped = escapeLikeClient(text, core.state).replaceAll(`<@${bot}|seawall>`, `<@${bot}>`);
  const message = { ...where, ...textOf(input, 'threadTs'), text: escaped };
  if (isDirect) return actions.sendDirectMessage(message);
  if (escaped.includes(`<@${bot}>`)) return actions.sendMention(message);
  actions.postAsUser(message);
  return null;
}
