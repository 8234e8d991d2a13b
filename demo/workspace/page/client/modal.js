import { h } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Blocks } from './blocks/blocks.js';
import { FormContext } from './blocks/form.js';

/** @import { PageModal } from '../page-state.ts' */
/** @import { Part } from './blocks/text.js' */

/**
 * The visible modal. What is typed into it stays while the app changes it.
 * @param {{ modal: PageModal, names: Record<string, string>, act: (path: string, body: object) => void }} input
 */
export function Modal({ modal, names, act }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const values = useRef(/** @type {Record<string, Record<string, Part>>} */ ({}));
  useLayoutEffect(() => {
    const node = dialog.current;
    node?.showModal();
    return () => node?.close();
  }, []);
  const { title, submit, close, blocks, errors } = modal;
  const leave = (/** @type {Event} */ event) => {
    event.preventDefault();
    act('/page/close', {});
  };
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    const ids = new Set(blocks.map(({ block_id: id }) => id));
    const here = Object.entries(values.current).filter(([id]) => ids.has(id));
    act('/page/submit', { values: Object.fromEntries(here) });
  };
  const form = {
    errors,
    names,
    onChange(
      /** @type {string} */ blockId,
      /** @type {string} */ actionId,
      /** @type {Part} */ state,
    ) {
      values.current[blockId] = { [actionId]: state };
    },
  };
  const use = (/** @type {object} */ choice) => act('/page/click-view', choice);
  return h(
    'dialog',
    { ref: dialog, class: 'modal', 'aria-labelledby': 'modal-title', onCancel: leave },
    h(
      'form',
      { onSubmit: send },
      h('h2', { id: 'modal-title' }, title),
      h(
        'div',
        { class: 'scrolling', tabIndex: 0, role: 'group', 'aria-label': title },
        h(FormContext.Provider, { value: form }, h(Blocks, { blocks, around: { names, use } })),
      ),
      h(
        'div',
        { class: 'row actions' },
        h('button', { type: 'button', onClick: leave }, close),
        submit === null ? null : h('button', { class: 'primary' }, submit),
      ),
    ),
  );
}
