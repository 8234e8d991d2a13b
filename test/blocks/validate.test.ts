import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../src/blocks/block-kit.schema.json' with { type: 'json' };
import { limits } from '../../src/blocks/limits.ts';
import { validateBlocks, validateMessage, validateView } from '../../src/blocks/validate.ts';
import { measureBlockText } from '../../src/blocks/walk.ts';
import { chart, invalidMessages } from './invalid-messages.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const section = { type: 'section', text: { type: 'mrkdwn', text: '*hello*' } };

const report = [
  { type: 'header', text: plain('Posture of web-1') },
  section,
  { type: 'section', fields: [plain('Grade'), plain('B')], block_id: 'grade' },
  { type: 'divider' },
  {
    type: 'table',
    column_settings: [{ align: 'right' }],
    rows: [
      [
        { type: 'raw_text', text: 'rule' },
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'id' }] }],
        },
      ],
    ],
  },
  chart(['Mon', 'Tue']),
  {
    type: 'actions',
    elements: [
      { type: 'button', text: plain('Explain'), action_id: 'explain', value: 'no-host-network' },
      {
        type: 'static_select',
        action_id: 'host',
        placeholder: plain('Host'),
        options: [{ text: plain('web-1'), value: 'web-1' }],
      },
    ],
  },
  { type: 'context', elements: [{ type: 'mrkdwn', text: 'measured at noon' }] },
];

describe('a message', () => {
  test('is accepted when every block is valid', () => {
    expect(validateMessage({ text: 'Posture', blocks: report })).toEqual([]);
  });

  test.each(Object.entries(invalidMessages))('is refused with %s', (_, { blocks, pointer }) => {
    const problems = validateMessage({ text: 'hello', blocks });

    expect(problems.map((problem) => problem.pointer)).toContain(pointer);
  });

  test('has 22 known ways to be invalid', () => {
    expect(Object.keys(invalidMessages)).toHaveLength(22);
  });

  test('needs text beside its blocks', () => {
    expect(validateMessage({ blocks: [section] })).toEqual([
      { pointer: '/text', message: 'must not be empty', rule: 'text' },
    ]);
  });

  test('names one clear problem for a fault deep in a union of elements', () => {
    const blocks = [
      { type: 'actions', elements: [{ type: 'button', text: plain('Go'), colour: 'red' }] },
    ];

    expect(validateBlocks(blocks, 'message')).toEqual([
      {
        pointer: '/blocks/0/elements/0',
        message: 'must NOT have additional properties: colour',
        rule: 'structure',
      },
    ]);
  });

  test('may not repeat an action id', () => {
    const button = { type: 'button', text: plain('Go'), action_id: 'go' };
    const problems = validateBlocks([{ type: 'actions', elements: [button, button] }], 'message');

    expect(problems.map((problem) => problem.rule)).toEqual(['identifier']);
  });

  test('may hold two charts and no third', () => {
    const three = [1, 2, 3].map(() => chart(['Mon', 'Tue']));

    expect(validateBlocks(three.slice(1), 'message')).toEqual([]);
    expect(validateBlocks(three, 'message').map((problem) => problem.pointer)).toEqual([
      '/blocks/2',
    ]);
  });

  test('counts tables inside containers', () => {
    const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] };
    const container = { type: 'container', title: plain('More'), child_blocks: [table] };

    const problems = validateBlocks([table, container], 'message');

    expect(problems.map((problem) => problem.rule)).toContain('only-one-table');
  });

  test('counts all markdown together', () => {
    const half = { type: 'markdown', text: 'x'.repeat(6_001) };

    expect(validateBlocks([half, half], 'message').map((problem) => problem.rule)).toEqual([
      'markdown-length',
    ]);
  });

  test('keeps rich text out of the header of a data table', () => {
    const rich = {
      type: 'rich_text',
      elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'id' }] }],
    };
    const raw = { type: 'raw_text', text: 'x' };
    const blocks = [
      {
        type: 'data_table',
        caption: 'Rules',
        rows: [[rich], [raw]],
        row_header_column_index: 1,
      },
    ];

    expect(validateBlocks(blocks, 'message').map((problem) => problem.pointer)).toEqual([
      '/blocks/0/rows/0/0',
      '/blocks/0/row_header_column_index',
    ]);
  });

  test('refuses blocks that are not objects instead of throwing', () => {
    expect(validateBlocks([null, 'text', 3], 'message')).toHaveLength(3);
  });

  test('has its block text measured over all text leaves', () => {
    expect(measureBlockText(report)).toBe(
      ['Posture of web-1', '*hello*', 'Grade', 'B', 'rule', 'id', 'Explain', 'Host', 'web-1'].join(
        '',
      ).length + 'measured at noon'.length,
    );
  });
});

describe('a view', () => {
  const input = {
    type: 'input',
    block_id: 'reason',
    label: plain('Reason'),
    element: { type: 'plain_text_input', action_id: 'reason' },
  };
  const modal = {
    type: 'modal',
    title: plain('Accept'),
    submit: plain('Accept'),
    blocks: [input, { type: 'alert', text: plain('careful') }],
  };

  test('is accepted as a modal and as a Home tab', () => {
    expect(validateView(modal)).toEqual([]);
    expect(validateView({ type: 'home', blocks: [section] })).toEqual([]);
  });

  test('needs a submit button when it has an input', () => {
    const { submit: _, ...withoutSubmit } = modal;

    expect(validateView(withoutSubmit).map((problem) => problem.message)).toEqual([
      "must have required property 'submit'",
    ]);
  });

  test('may have a title of 24 characters and no more', () => {
    const longest = limits.viewTitle.value;

    expect(validateView({ ...modal, title: plain('x'.repeat(longest)) })).toEqual([]);
    expect(validateView({ ...modal, title: plain('x'.repeat(longest + 1)) })).toHaveLength(1);
  });

  test('takes no table, and no second element with the focus', () => {
    const focused = { type: 'plain_text_input', focus_on_load: true };
    const blocks = [
      { ...input, block_id: 'a', element: { ...focused, action_id: 'a' } },
      { ...input, block_id: 'b', element: { ...focused, action_id: 'b' } },
      { type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] },
    ];

    expect(validateView({ ...modal, blocks }).map((problem) => problem.pointer)).toEqual([
      '/blocks/2/type',
      '/blocks/1/element/focus_on_load',
    ]);
  });

  test('is a modal or a Home tab', () => {
    expect(validateView({ type: 'message', blocks: [] })).toHaveLength(1);
    expect(validateView(undefined)).toHaveLength(1);
  });
});

test('the schema of blocks is a schema', () => {
  expect(new Ajv2020({ strict: false }).validateSchema(schema)).toBe(true);
});
