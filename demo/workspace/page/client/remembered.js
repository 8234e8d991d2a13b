/**
 * What outlives a reload: who looks, at what, and in which colours.
 * @typedef {object} Remembered
 * @property {string} user
 * @property {string} channel
 * @property {boolean} isHome
 * @property {'auto' | 'light' | 'dark'} theme
 */

const KEY = 'seawall-workspace';

/** @type {Remembered} */
const nothing = { user: '', channel: '', isHome: false, theme: 'auto' };

/**
 * What was kept last, or the beginning.
 * @returns {Remembered}
 */
export function recall() {
  try {
    return { ...nothing, ...JSON.parse(localStorage.getItem(KEY) ?? '{}') };
  } catch {
    return nothing; // A browser without storage, or somebody else's data in it.
  }
}

/**
 * Keeps it, where the browser allows.
 * @param {Remembered} remembered
 */
export function remember(remembered) {
  try {
    localStorage.setItem(KEY, JSON.stringify(remembered));
  } catch {
    // Then a reload begins anew.
  }
}
