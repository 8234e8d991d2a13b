import { h } from 'preact';
import { useEffect } from 'preact/hooks';
import { act as actNow } from './api.js';
import { Blocks } from './blocks/blocks.js';

/** @import { PageState } from '../page-state.ts' */
/** @import { MessageActions } from './message.js' */

/**
 * The app's own tab. The app is told that it was opened, and draws it anew.
 * @param {{ state: PageState, act: MessageActions['act'] }} input
 */
export function Home({ state, act }) {
  const { user } = state;
  useEffect(() => {
    // The tab says itself when it was not drawn.
    void actNow('/page/home', { user });
  }, [user]);
  const use = (/** @type {object} */ choice) => act('/page/click-view', choice);
  return h(
    'div',
    { class: 'messages', role: 'group', 'aria-label': 'Home', tabIndex: 0 },
    state.home
      ? h(
          'article',
          { class: 'home', 'aria-label': 'Home' },
          h(Blocks, { blocks: state.home.blocks, around: { names: state.names, use } }),
        )
      : h('p', { class: 'soft' }, 'The app has not drawn this tab yet.'),
  );
}
