import { h } from 'preact';
import { ClockControl } from './clock-control.js';

/** @import { PageChannel, PageState } from '../page-state.ts' */
/** @import { Remembered } from './remembered.js' */

/**
 * @typedef {object} SidebarInput
 * @property {PageState} state
 * @property {Remembered} place
 * @property {(change: Partial<Remembered>) => void} go
 * @property {() => void} openSwitcher
 * @property {(path: string, body: object) => void} act
 */

/** @type {Readonly<Record<Remembered['theme'], Remembered['theme']>>} */
const nextTheme = { auto: 'light', light: 'dark', dark: 'auto' };

/**
 * How a channel is called in lists and headings.
 * @param {PageChannel} channel
 */
export const channelTitle = ({ kind, name }) => (kind === 'direct' ? name : `#${name}`);

/** @param {{ label: string, unread?: number, isCurrent: boolean, open: () => void }} input */
function Place({ label, unread = 0, isCurrent, open }) {
  const isUnread = unread > 0 && !isCurrent;
  return h(
    'li',
    null,
    h(
      'button',
      {
        type: 'button',
        class: isUnread ? 'place unread' : 'place',
        'aria-current': isCurrent ? 'page' : undefined,
        onClick: open,
      },
      h('span', null, label),
      isUnread
        ? h('span', { class: 'count' }, unread, h('span', { class: 'unseen' }, ' unread'))
        : null,
    ),
  );
}

/**
 * The workspace, its channels and the app, whose eyes one looks with, and the time.
 * @param {SidebarInput} input
 */
export function Sidebar({ state, place, go, openSwitcher, act }) {
  const draw = (/** @type {PageChannel} */ channel) =>
    h(Place, {
      key: channel.id,
      label: channelTitle(channel),
      unread: channel.unread,
      isCurrent: !place.isHome && channel.id === state.channel,
      open: () => go({ channel: channel.id, isHome: false }),
    });
  const isDirect = (/** @type {PageChannel} */ { kind }) => kind === 'direct';
  return h(
    'nav',
    { class: 'sidebar', 'aria-label': 'Workspace' },
    h('div', { class: 'team' }, state.team),
    h(
      'button',
      { type: 'button', class: 'jump', onClick: openSwitcher },
      'Jump to …',
      h('kbd', null, 'Ctrl K'),
    ),
    h('h2', null, 'Channels'),
    h('ul', null, state.channels.filter((channel) => !isDirect(channel)).map(draw)),
    h('h2', null, 'App'),
    h(
      'ul',
      null,
      h(Place, { label: 'Home', isCurrent: place.isHome, open: () => go({ isHome: true }) }),
      state.channels.filter(isDirect).map(draw),
    ),
    h(
      'div',
      { class: 'foot' },
      state.clock
        ? h(ClockControl, { clock: state.clock, moveOn: () => act('/page/clock', {}) })
        : null,
      h(
        'label',
        null,
        'You are',
        h(
          'select',
          {
            onChange: (/** @type {Event} */ { currentTarget }) =>
              go({ user: /** @type {HTMLSelectElement} */ (currentTarget).value }),
          },
          state.users.map(({ id, realName }) =>
            h('option', { value: id, selected: id === state.user }, realName),
          ),
        ),
      ),
      h(
        'button',
        { type: 'button', onClick: () => go({ theme: nextTheme[place.theme] }) },
        `Theme: ${place.theme}`,
      ),
    ),
  );
}
