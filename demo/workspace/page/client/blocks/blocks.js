import { h } from 'preact';
import { Chart } from './chart.js';
import { Element } from './elements.js';
import { Field } from './field.js';
import { Picture } from './picture.js';
import { drawPlan, drawTask } from './plan.js';
import { drawRichText } from './rich-text.js';
import { Table } from './table.js';
import { drawText, textOf } from './text.js';

/** @import { ComponentChild } from 'preact' */
/** @import { Part, Surroundings } from './text.js' */

/**
 * @param {Part[]} items
 * @param {Part} block
 * @param {Surroundings} around
 */
const drawElements = (items, block, around) =>
  items.map((item) => h(Element, { key: item.action_id, item, blockId: block.block_id, around }));

/** @type {Readonly<Record<string, (block: Part, around: Surroundings) => ComponentChild>>} */
const drawers = {
  header: (block) => h('h3', null, textOf(block.text)),
  divider: () => h('hr', null),
  section: (block, around) =>
    h(
      'div',
      { class: 'row' },
      block.text ? drawText(block.text, around.names) : null,
      block.fields
        ? h(
            'div',
            { class: 'fields' },
            block.fields.map((/** @type {Part} */ field) => drawText(field, around.names)),
          )
        : null,
      block.accessory ? drawElements([block.accessory], block, around) : null,
    ),
  actions: (block, around) =>
    h('div', { class: 'row actions' }, drawElements(block.elements, block, around)),
  context: (block, around) =>
    h('div', { class: 'row soft' }, drawElements(block.elements, block, around)),
  context_actions: (block, around) =>
    h('div', { class: 'row actions' }, drawElements(block.elements, block, around)),
  plan: (block, around) => drawPlan(block, around.names),
  task_card: (block, around) => h('ul', { class: 'plan' }, drawTask(block, around.names)),
  markdown: (block) => h('div', { class: 'text' }, block.text),
  rich_text: (block, around) => drawRichText(block, around.names),
  table: (block, around) =>
    h(Table, { rows: block.rows, names: around.names, columns: block.column_settings ?? [] }),
  data_table: (block, around) =>
    h(Table, { rows: block.rows, caption: block.caption, names: around.names }),
  data_visualization: (block) => h(Chart, { block }),
  image: (block) => h(Picture, { block }),
  alert: (block, around) => h('div', { class: 'card' }, drawText(block.text, around.names)),
  input: (block) => h(Field, { block }),
  container: (block, around) =>
    h(
      'div',
      { class: 'card' },
      block.title ? h('h3', null, textOf(block.title)) : null,
      h(Blocks, { blocks: block.child_blocks, around }),
    ),
};

/**
 * Blocks in their order. Data only ever becomes text and values of known attributes, never markup; a
 * type that is not known is said.
 * @param {{ blocks: readonly Part[], around: Surroundings }} input
 */
export function Blocks({ blocks, around }) {
  return h(
    'div',
    { class: 'blocks' },
    blocks.map((block) => {
      const draw = Object.hasOwn(drawers, block.type) ? drawers[block.type] : undefined;
      return draw ? draw(block, around) : h('div', { class: 'unsupported' }, `[${block.type}]`);
    }),
  );
}
