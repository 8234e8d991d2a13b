import { useEffect } from 'preact/hooks';

/**
 * @typedef {object} KeyHandlers
 * @property {() => void} toComposer
 * @property {() => void} toSwitcher
 * @property {() => void} closePane
 */

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof Element && target.closest('input, textarea, select, dialog') !== null;

/**
 * Keys that work wherever the focus is: `/` to type, which is the first character of the line, Ctrl+K to jump, Escape to close a pane.
 * @param {KeyHandlers} handlers
 */
export function useKeyboard({ toComposer, toSwitcher, closePane }) {
  useEffect(() => {
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
      const { key, ctrlKey, metaKey, altKey, target } = event;
      const isCommand = ctrlKey || metaKey;
      if (isCommand && key.toLowerCase() === 'k') toSwitcher();
      else if (key === '/' && !isCommand && !altKey && !isTyping(target)) {
        toComposer();
        return;
      } else {
        const isInDialog = target instanceof Element && target.closest('dialog') !== null;
        if (key === 'Escape' && !isInDialog) closePane();
        return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [toComposer, toSwitcher, closePane]);
}
