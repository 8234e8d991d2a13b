import { h } from 'preact';
import { Blocks } from './blocks/blocks.js';
import { drawMrkdwn } from './blocks/mrkdwn.js';
import { Picture } from './blocks/picture.js';
import { Initials } from './initials.js';
import { momentOf, timeText } from './times.js';

/** @import { PageFile, PageMessage, PageState } from '../page-state.ts' */

/**
 * What can be done with a message.
 * @typedef {object} MessageActions
 * @property {(ts: string) => void} openThread
 * @property {(path: string, body: object) => void} act
 */

/** @param {{ file: PageFile }} input */
function FileLine({ file }) {
  const kilobytes = Math.max(1, Math.round(file.bytes / 1024));
  return h(
    'div',
    { class: 'file' },
    h(
      'a',
      { href: `/page/file/${encodeURIComponent(file.id)}`, download: file.name },
      `Download ${file.name}`,
    ),
    h('span', { class: 'soft' }, `${file.title} · ${kilobytes} KB`),
  );
}

/** @param {{ message: PageMessage, state: PageState, act: MessageActions['act'] }} input */
function Body({ message, state, act }) {
  const use = (/** @type {object} */ choice) =>
    act('/page/click', { messageTs: message.ts, ...choice });
  const { names } = state;
  const files = message.files.map((file) =>
    file.isImage
      ? h(Picture, { block: { slack_file: { id: file.id }, alt_text: file.title } })
      : h(FileLine, { file }),
  );
  return [
    message.blocks.length > 0
      ? h(Blocks, { blocks: message.blocks, around: { names, use } })
      : h('div', { class: 'text' }, drawMrkdwn(message.text, names)),
    ...files,
  ];
}

/**
 * One message with what belongs to it. `replies` is left out in a thread, where they follow.
 * @param {{ message: PageMessage, state: PageState, actions: MessageActions, replies?: PageMessage[], isThreadOpen?: boolean }} input
 */
export function Message({ message, state, actions, replies, isThreadOpen = false }) {
  const { ts, user, isEphemeral, isFromApp, isEdited } = message;
  const name = state.names[user] ?? user;
  const at = momentOf(ts);
  const openThread = () => actions.openThread(ts);
  return h(
    'article',
    {
      class: isEphemeral ? 'message ephemeral' : 'message',
      'aria-label': `${name}, ${timeText(at)}`,
    },
    h(Initials, { name, isApp: isFromApp }),
    h(
      'div',
      { class: 'body' },
      h(
        'header',
        null,
        h('span', { class: 'author' }, name),
        isFromApp ? h('span', { class: 'badge' }, 'APP') : null,
        h('time', { dateTime: new Date(at).toISOString() }, timeText(at)),
        isEdited ? h('span', { class: 'soft' }, '(edited)') : null,
        isEphemeral ? h('span', { class: 'only-you' }, 'Only visible to you') : null,
      ),
      h(Body, { message, state, act: actions.act }),
      replies && replies.length > 0 ? h(ThreadLink, { replies, openThread, isThreadOpen }) : null,
    ),
    isEphemeral ? null : h(Tools, { message, state, actions, openThread: replies && openThread }),
  );
}

/** @param {{ replies: PageMessage[], openThread: () => void, isThreadOpen: boolean }} input */
function ThreadLink({ replies, openThread, isThreadOpen }) {
  const last = replies.at(-1);
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  return h(
    'button',
    { type: 'button', class: 'thread-link', 'aria-expanded': isThreadOpen, onClick: openThread },
    count,
    last ? h('span', { class: 'soft' }, ` last at ${timeText(momentOf(last.ts))}`) : null,
  );
}

/** @param {{ message: PageMessage, state: PageState, actions: MessageActions, openThread?: (() => void) | undefined }} input */
function Tools({ message, state, actions, openThread }) {
  const ask = () => actions.act('/page/shortcut', { messageTs: message.ts });
  return h(
    'div',
    { class: 'tools' },
    openThread ? h('button', { type: 'button', onClick: openThread }, 'Reply') : null,
    h('button', { type: 'button', onClick: ask }, state.shortcut),
  );
}
