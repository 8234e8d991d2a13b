const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string, more: object = {}) => ({
  type: 'section',
  text: mrkdwn(text),
  ...more,
});
const button = (text: string, more: object = {}) => ({
  type: 'button',
  text: plain(text),
  ...more,
});
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const cell = { type: 'raw_text', text: 'cell' };
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const table = (rows: number, columns: number) => ({
  type: 'table',
  rows: times(rows, () => times(columns, () => cell)),
});
export const chart = (labels: string[]) => ({
  type: 'data_visualization',
  title: 'Findings',
  chart: {
    type: 'line',
    series: [{ name: 'open', data: labels.map((label) => ({ label, value: 1 })) }],
    axis_config: { categories: ['Mon', 'Tue'] },
  },
});

/** Messages that Slack refuses, each with where the fault is. */
export const invalidMessages: Record<string, { blocks: object[]; pointer: string }> = {
  'a header of 151 characters': {
    blocks: [{ type: 'header', text: plain('x'.repeat(151)) }],
    pointer: '/blocks/0/text/text',
  },
  'a header in mrkdwn': {
    blocks: [{ type: 'header', text: mrkdwn('hello') }],
    pointer: '/blocks/0/text/type',
  },
  'a section text of 3,001 characters': {
    blocks: [section('x'.repeat(3001))],
    pointer: '/blocks/0/text/text',
  },
  'a section without text and fields': { blocks: [{ type: 'section' }], pointer: '/blocks/0' },
  'an empty text': { blocks: [section('')], pointer: '/blocks/0/text/text' },
  'a button text of 76 characters': {
    blocks: [actions(button('x'.repeat(76)))],
    pointer: '/blocks/0/elements/0/text/text',
  },
  'a green button': {
    blocks: [actions(button('Go', { style: 'green' }))],
    pointer: '/blocks/0/elements/0/style',
  },
  '26 action elements': {
    blocks: [actions(...times(26, (index) => button(`Go ${index}`)))],
    pointer: '/blocks/0/elements',
  },
  '11 fields': {
    blocks: [{ type: 'section', fields: times(11, () => mrkdwn('field')) }],
    pointer: '/blocks/0/fields',
  },
  '51 blocks': { blocks: times(51, () => ({ type: 'divider' })), pointer: '/blocks' },
  '101 rows': { blocks: [table(101, 1)], pointer: '/blocks/0/rows' },
  'two tables': { blocks: [table(2, 2), table(2, 2)], pointer: '/blocks/1' },
  '21 columns': { blocks: [table(1, 21)], pointer: '/blocks/0/rows/0' },
  'a misspelt accessory': {
    blocks: [section('hello', { accesory: button('Go') })],
    pointer: '/blocks/0',
  },
  'an unknown block type': { blocks: [{ type: 'nonsense' }], pointer: '/blocks/0/type' },
  'a chart with a label outside its categories': {
    blocks: [chart(['Mon', 'Wed'])],
    pointer: '/blocks/0/chart/series/0/data',
  },
  'markdown of 12,001 characters': {
    blocks: [{ type: 'markdown', text: 'x'.repeat(12_001) }],
    pointer: '/blocks/0/text',
  },
  '11 context elements': {
    blocks: [{ type: 'context', elements: times(11, () => mrkdwn('note')) }],
    pointer: '/blocks/0/elements',
  },
  'an alert in a message': {
    blocks: [{ type: 'alert', text: plain('careful') }],
    pointer: '/blocks/0/type',
  },
  'an image without alt text': {
    blocks: [{ type: 'image', image_url: 'https://example.com/a.png' }],
    pointer: '/blocks/0',
  },
  'equal block ids': {
    blocks: [section('a', { block_id: 'same' }), section('b', { block_id: 'same' })],
    pointer: '/blocks/1/block_id',
  },
  'a confirm dialog without deny': {
    blocks: [
      actions(
        button('Go', { confirm: { title: plain('?'), text: plain('?'), confirm: plain('Yes') } }),
      ),
    ],
    pointer: '/blocks/0/elements/0/confirm',
  },
};
