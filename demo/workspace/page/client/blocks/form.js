import { createContext } from 'preact';

/** @import { Part } from './text.js' */

/**
 * The form that a field belongs to.
 * @typedef {object} Form
 * @property {Record<string, string>} errors  By block id.
 * @property {Record<string, string>} names  Names by id.
 * @property {(blockId: string, actionId: string, state: Part) => void} onChange
 */

/** Outside of a modal a field has nobody to tell. */
export const FormContext = createContext(
  /** @type {Form} */ ({ errors: {}, names: {}, onChange: () => undefined }),
);
