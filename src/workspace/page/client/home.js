import { h } from 'preact';
import { Blocks } from './blocks/blocks.js';

/** @import { PageState } from '../page-state.ts' */
/** @import { MessageActions } from './message.js' */

/**
 * The app's own tab.
 * @param {{ state: PageState, act: MessageActions['act'] }} input
 */
export function Home({ state, act }) {
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
