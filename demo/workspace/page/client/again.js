// A browser breaks off requests when a network interface comes or goes, as one does with each container,
// and a page without one of its scripts is empty: then it is loaded again.

const KEY = 'seawall-loads';
const LOADS_MAX = 10;
const AFTER_MS = 300;

let isWhole = true;

addEventListener(
  'error',
  ({ target }) => {
    const isPart = target instanceof HTMLScriptElement || target instanceof HTMLLinkElement;
    if (!isPart || !isWhole) return;
    isWhole = false;
    const loads = Number(sessionStorage.getItem(KEY)) + 1;
    if (loads >= LOADS_MAX) return;
    sessionStorage.setItem(KEY, String(loads));
    setTimeout(() => location.reload(), AFTER_MS);
  },
  // The events of elements do not bubble.
  true,
);

addEventListener('load', () => {
  if (isWhole) sessionStorage.removeItem(KEY);
});
