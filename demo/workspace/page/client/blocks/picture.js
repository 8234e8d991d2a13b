import { h } from 'preact';
import { textOf } from './text.js';

/** @import { Part } from './text.js' */

/**
 * An uploaded picture, which opens whole in a tab of its own. Of one from elsewhere only the words
 * are shown: the page loads nothing from outside.
 * @param {{ block: Part }} input
 */
export function Picture({ block }) {
  const { slack_file: file, alt_text: words, title } = block;
  if (!file?.id) return h('div', { class: 'card soft' }, words);
  const src = `/page/picture/${encodeURIComponent(file.id)}`;
  return h(
    'figure',
    { class: 'picture' },
    title ? h('figcaption', null, textOf(title)) : null,
    h('a', { href: src, target: '_blank' }, h('img', { src, alt: words })),
  );
}
