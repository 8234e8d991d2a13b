import { h } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { act } from './api.js';
import { Conversation } from './conversation.js';
import { Home } from './home.js';
import { Modal } from './modal.js';
import { recall, remember } from './remembered.js';
import { channelTitle, Sidebar } from './sidebar.js';
import { Switcher } from './switcher.js';
import { ThreadPane } from './thread-pane.js';
import { UnderneathPane } from './underneath-pane.js';
import { useKeyboard } from './use-keyboard.js';
import { useReading } from './use-reading.js';
import { useWorkspace } from './use-workspace.js';

/** @import { ComponentProps } from 'preact' */
/** @import { PageState } from '../page-state.ts' */
/** @import { Remembered } from './remembered.js' */

/**
 * What is open beside the conversation. On a narrow page one thing is shown at a time.
 * @typedef {{ kind: 'none' | 'places' | 'underneath' } | { kind: 'thread', ts: string }} Beside
 */

/** @type {Beside} */
const nothing = { kind: 'none' };

/** The whole page. */
export function App() {
  const [place, setPlace] = useState(recall);
  const [beside, setBeside] = useState(nothing);
  const [isSwitching, setSwitching] = useState(false);
  const [notice, setNotice] = useState('');
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const isPanelOpen = beside.kind === 'underneath';
  const { state, isCurrent, deeds, isConnected } = useWorkspace({ ...place, isPanelOpen });
  const newFrom = useReading(state, isCurrent && !place.isHome);

  useEffect(() => {
    document.documentElement.dataset.theme = place.theme;
    remember(place);
  }, [place]);
  const go = useCallback((/** @type {Partial<Remembered>} */ change) => {
    setPlace((before) => ({ ...before, ...change }));
    if (change.theme === undefined) setBeside(nothing);
  }, []);
  const close = useCallback(() => setBeside(nothing), []);
  useKeyboard({
    toComposer: useCallback(() => field.current?.focus(), []),
    toSwitcher: useCallback(() => setSwitching(true), []),
    closePane: close,
  });

  if (!state) return h('p', { class: 'waiting' }, 'Opening the workspace …');
  const { names, modal } = state;
  const actHere = async (/** @type {string} */ path, /** @type {object} */ body) => {
    const error = await act(path, { user: state.user, channel: state.channel, ...body });
    setNotice(error === '' ? '' : `That failed: ${error}`);
  };
  const openThread = (/** @type {string} */ ts) => setBeside({ kind: 'thread', ts });
  const actions = { act: actHere, openThread };
  const openSwitcher = () => setSwitching(true);
  const title = titleOf(state, place);
  const thread = beside.kind === 'thread' ? beside.ts : null;
  return h(
    'div',
    { class: `page beside-${beside.kind}` },
    h(Sidebar, { state, place, go, openSwitcher, act: actHere }),
    h(
      'main',
      null,
      h(Bar, { title, beside, setBeside }),
      h(Place, { state, isCurrent, place, title, newFrom, thread, actions, field }),
      h('output', { class: 'notice' }, isConnected ? notice : 'The workspace does not answer.'),
    ),
    thread === null ? null : h(ThreadPane, { key: thread, state, ts: thread, actions, close }),
    isPanelOpen ? h(UnderneathPane, { deeds, close }) : null,
    modal ? h(Modal, { key: modal.id, modal, names, act: actHere }) : null,
    isSwitching
      ? h(Switcher, {
          destinations: destinations(state, go),
          close: () => setSwitching(false),
        })
      : null,
  );
}

/**
 * The Home tab or a conversation; nothing while the state is still that of another place.
 * @param {ComponentProps<typeof Conversation> & { isCurrent: boolean, place: Remembered }} input
 */
function Place({ isCurrent, place, ...input }) {
  const { state, actions } = input;
  if (!isCurrent) return h('div', { class: 'messages', 'aria-busy': true });
  if (place.isHome) return h(Home, { state, act: actions.act });
  return h(Conversation, { key: state.channel, ...input });
}

/**
 * @param {PageState} state
 * @param {Remembered} place
 */
function titleOf({ channels, channel }, { isHome }) {
  const current = channels.find(({ id }) => id === channel);
  return isHome || !current ? 'Home' : channelTitle(current);
}

/**
 * @param {PageState} state
 * @param {(change: Partial<Remembered>) => void} go
 */
const destinations = (state, go) => [
  ...state.channels.map((channel) => ({
    label: channelTitle(channel),
    go: () => go({ channel: channel.id, isHome: false }),
  })),
  { label: 'Home', go: () => go({ isHome: true }) },
];

/** @param {{ title: string, beside: Beside, setBeside: (beside: Beside) => void }} input */
function Bar({ title, beside, setBeside }) {
  const toggle = (/** @type {'places' | 'underneath'} */ kind) => ({
    type: /** @type {const} */ ('button'),
    'aria-expanded': beside.kind === kind,
    onClick: () => setBeside(beside.kind === kind ? nothing : { kind }),
  });
  return h(
    'div',
    { class: 'bar' },
    h('button', { ...toggle('places'), class: 'narrow-only' }, 'Channels'),
    h('h1', null, title),
    h('button', toggle('underneath'), 'Underneath'),
  );
}
