import { h } from 'preact';

/** @import { ComponentChild } from 'preact' */

/** @typedef {Record<string, string>} Names  Names by id. */

/** @type {Readonly<Record<string, string>>} */
const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** @param {string} text */
const unescapeText = (text) =>
  text.replace(/&(?:amp|lt|gt);/g, (found) => entities[found] ?? found);

/** @param {string} address */
export const isWebAddress = (address) => /^(https?:|mailto:)/.test(address);

/**
 * A link, or only its label for an address that a browser should not open from here.
 * @param {string} address
 * @param {string} label
 * @returns {ComponentChild}
 */
const drawLink = (address, label) =>
  isWebAddress(address)
    ? h('a', { href: address, rel: 'noreferrer', target: '_blank' }, label)
    : label;

/**
 * @param {string} name
 * @returns {ComponentChild}
 */
export const drawMention = (name) => h('span', { class: 'mention' }, name);

/**
 * @param {string} inner
 * @param {Names} names
 * @returns {ComponentChild}
 */
function drawReference(inner, names) {
  const [target = '', label = ''] = unescapeText(inner).split('|');
  const id = target.slice(1);
  if (target.startsWith('@')) return drawMention(`@${names[id] ?? (label || id)}`);
  if (target.startsWith('#')) return drawMention(`#${label || (names[id] ?? id)}`);
  if (target.startsWith('!')) return label || `@${id.split('^')[0]}`;
  return drawLink(target, label || target);
}

/** @type {readonly [RegExp, (inner: string, names: Names) => ComponentChild][]} */
const marks = [
  [/^```\n?([\s\S]+?)```/, (inner) => h('pre', null, unescapeText(inner))],
  [/^`([^`\n]+)`/, (inner) => h('code', null, unescapeText(inner))],
  [/^<([^>\n]+)>/, drawReference],
  [/^\*([^*\n]+)\*(?!\w)/, (inner, names) => h('strong', null, drawMrkdwn(inner, names))],
  [/^_([^_\n]+)_(?!\w)/, (inner, names) => h('em', null, drawMrkdwn(inner, names))],
  [/^~([^~\n]+)~(?!\w)/, (inner, names) => h('s', null, drawMrkdwn(inner, names))],
];

/**
 * Slack's markup as nodes; what is no markup stays text.
 * @param {string} text
 * @param {Names} names
 * @returns {ComponentChild[]}
 */
export function drawMrkdwn(text, names) {
  /** @type {ComponentChild[]} */
  const nodes = [];
  let plain = '';
  let rest = text;
  while (rest !== '') {
    const found = findMark(rest, plain);
    if (found) {
      if (plain !== '') nodes.push(unescapeText(plain));
      plain = '';
      nodes.push(found.draw(found.inner, names));
      rest = rest.slice(found.length);
    } else {
      plain += rest[0];
      rest = rest.slice(1);
    }
  }
  return plain === '' ? nodes : [...nodes, unescapeText(plain)];
}

/**
 * @param {string} rest
 * @param {string} before
 */
function findMark(rest, before) {
  // Within a word an asterisk or an underscore is itself.
  if (/\w$/.test(before) && !/^[<`]/.test(rest)) return null;
  for (const [pattern, draw] of marks) {
    const match = pattern.exec(rest);
    if (match) return { draw, inner: match[1] ?? '', length: match[0].length };
  }
  return null;
}
