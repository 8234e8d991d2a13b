/** @import { Deed, PageHints, PageState } from '../page-state.ts' */

/** A browser breaks off requests when a network interface comes or goes, as one does with each container. */
const ONCE_MORE_AFTER_MS = 300;

/**
 * Reads data of the page, once more where the browser did not get to ask; rejects when the workspace does not give it.
 * @param {string} path
 * @returns {Promise<unknown>}
 */
async function read(path) {
  const answer = await fetch(path).catch(async () => {
    await new Promise((resolve) => setTimeout(resolve, ONCE_MORE_AFTER_MS));
    return fetch(path);
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/**
 * What a user sees in a channel; the empty text stands for the workspace's choice.
 * @param {string} channel
 * @param {string} user
 * @returns {Promise<PageState>}
 */
export const readState = async (channel, user) =>
  /** @type {PageState} */ (await read(`/page/state?${new URLSearchParams({ channel, user })}`));

/**
 * What a typed line can be completed with.
 * @returns {Promise<PageHints>}
 */
export const readHints = async () => /** @type {PageHints} */ (await read('/page/hints'));

/**
 * What was done, and what happened underneath; oldest first.
 * @returns {Promise<Deed[]>}
 */
export const readDeeds = async () => /** @type {Deed[]} */ (await read('/page/underneath'));

/**
 * Does something in the workspace. Gives why it failed, or the empty text.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<string>}
 */
export async function act(path, body) {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { error = '' } = /** @type {{ error?: string }} */ (await answer.json());
    return error;
  } catch (error) {
    return String(error);
  }
}
