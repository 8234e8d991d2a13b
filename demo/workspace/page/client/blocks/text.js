import { h } from 'preact';
import { drawMrkdwn } from './mrkdwn.js';

/** @import { ComponentChild } from 'preact' */
/**
 * A part of a message as it was sent. The workspace has checked it; what is drawn of it is looked at
 * again where it is used.
 * @typedef {Record<string, any>} Part
 */

/**
 * Says which element was used, and what was chosen.
 * @typedef {(choice: { blockId?: string, actionId: string, value?: string }) => void} Use
 */

/**
 * What every drawing needs beside the block.
 * @typedef {object} Surroundings
 * @property {Record<string, string>} names  Names by id.
 * @property {Use} use
 */

/**
 * The text of a text object; empty for anything else.
 * @param {unknown} object
 * @returns {string}
 */
export const textOf = (object) => {
  const { text } = /** @type {{ text?: unknown }} */ (object ?? {});
  return typeof text === 'string' ? text : '';
};

/**
 * A text object, with markup where it has some.
 * @param {Part} object
 * @param {Record<string, string>} names
 * @returns {ComponentChild}
 */
export const drawText = (object, names) =>
  h(
    'div',
    { class: 'text' },
    object.type === 'mrkdwn' ? drawMrkdwn(textOf(object), names) : textOf(object),
  );
