import { h } from 'preact';
import { drawMention } from './mrkdwn.js';

/** @import { ComponentChild } from 'preact' */
/** @import { Part } from './text.js' */

/** @type {readonly [style: string, tag: 'code' | 'strong' | 'em' | 's'][]} */
const styles = [
  ['code', 'code'],
  ['bold', 'strong'],
  ['italic', 'em'],
  ['strike', 's'],
];

/** Emoji that are shapes, drawn as such: not every machine has a font for them. */
const shapes = new Set([
  'small_red_triangle',
  'large_orange_diamond',
  'large_yellow_circle',
  'small_blue_diamond',
]);

/**
 * @param {Part} leaf
 * @returns {ComponentChild}
 */
function drawEmoji({ name, unicode }) {
  const points = String(unicode ?? '').split('-');
  const isCharacter = points.every((point) => /^[0-9a-f]{2,5}$/.test(point));
  const shown = isCharacter
    ? String.fromCodePoint(...points.map((point) => Number.parseInt(point, 16)))
    : `:${name}:`;
  return shapes.has(name)
    ? h('span', { class: `emoji ${name}`, 'aria-hidden': 'true' }, shown)
    : shown;
}

/**
 * A time by the clock of whoever reads, as Slack shows it.
 * @param {Part} leaf
 * @returns {ComponentChild}
 */
function drawDate(leaf) {
  const at = new Date(leaf.timestamp * 1000);
  const date = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const shown = leaf.format
    .replace(/\{date[a-z_]*\}/g, () => date)
    .replace(/\{time\}/g, () => time);
  return h('time', { datetime: at.toISOString() }, /[{}]/.test(shown) ? leaf.fallback : shown);
}

/**
 * @param {Part} leaf
 * @param {Record<string, string>} names
 * @returns {ComponentChild}
 */
function drawLeaf(leaf, names) {
  switch (leaf.type) {
    case 'text':
      return styles.reduce(
        (/** @type {ComponentChild} */ node, [style, tag]) =>
          leaf.style?.[style] ? h(tag, null, node) : node,
        leaf.text,
      );
    case 'user':
      return drawMention(`@${names[leaf.user_id] ?? leaf.user_id}`);
    case 'usergroup':
      return drawMention(`@${names[leaf.usergroup_id] ?? leaf.usergroup_id}`);
    case 'channel':
      return drawMention(`#${names[leaf.channel_id] ?? leaf.channel_id}`);
    case 'emoji':
      return drawEmoji(leaf);
    case 'date':
      return drawDate(leaf);
    default:
      return leaf.fallback ?? leaf.value ?? '';
  }
}

/**
 * A rich text block, or one of its sections.
 * @param {Part} part
 * @param {Record<string, string>} names
 * @returns {ComponentChild}
 */
export function drawRichText(part, names) {
  /** @type {ComponentChild[]} */
  const children = (part.elements ?? []).map((/** @type {Part} */ child) =>
    /^rich_text_/.test(child.type) ? drawRichText(child, names) : drawLeaf(child, names),
  );
  if (part.type !== 'rich_text_list') return h('div', { class: 'text' }, children);
  const items = children.map((child) => h('li', null, child));
  const level = { class: `indent-${Math.min(part.indent ?? 0, 4)}` };
  return part.style === 'ordered' ? h('ol', level, items) : h('ul', level, items);
}
