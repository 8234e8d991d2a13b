import { h } from 'preact';
import { drawRichText } from './rich-text.js';
import { textOf } from './text.js';

/** @import { Part } from './text.js' */

/** @type {Readonly<Record<string, [sign: string, spoken: string]>>} */
const signs = {
  pending: ['○', 'waiting'],
  in_progress: ['◐', 'in progress'],
  complete: ['✓', 'complete'],
  error: ['✗', 'not done'],
};

/**
 * One task, with its state as a shape that is also spoken.
 * @param {Part} task
 * @param {Record<string, string>} names
 */
export function drawTask({ task_id: id, title, status, details, output }, names) {
  const known = Object.hasOwn(signs, status) ? signs[status] : undefined;
  const [sign, spoken] = known ?? ['○', 'waiting'];
  return h(
    'li',
    { key: id, class: `task ${known ? status : 'pending'}` },
    h('span', { role: 'img', 'aria-label': spoken }, sign),
    h('strong', null, textOf(title)),
    details ? drawRichText(details, names) : null,
    output ? drawRichText(output, names) : null,
  );
}

/**
 * A plan: its title, and its tasks in their order.
 * @param {Part} block
 * @param {Record<string, string>} names
 */
export const drawPlan = ({ title, tasks = [] }, names) =>
  h(
    'div',
    { class: 'card' },
    h('strong', null, textOf(title)),
    h(
      'ul',
      { class: 'plan' },
      tasks.map((/** @type {Part} */ task) => drawTask(task, names)),
    ),
  );
