import { isDelivery } from '../../src/chat/delivery-shape.ts';

const user = { id: 'U1' };
const command = { command: '/x', user_id: 'U1', channel_id: 'C1', text: '', trigger_id: '1' };
const click = {
  ...{ type: 'block_actions', user, trigger_id: '1', container: {}, channel: { id: 'C1' } },
  actions: [{ action_id: 'a', type: 'button' }],
};
const view = { id: 'V1', callback_id: 'accept', private_metadata: '', state: { values: {} } };
const form = { type: 'view_submission', user, view };

test.each<[string, object]>([
  ['a command', command],
  ['a command with an address for its answer', { ...command, response_url: 'https://x' }],
  ['a click', click],
  ['a click on the Home tab', { ...click, channel: undefined }],
  ['a form', form],
  ['a form with its trigger', { ...form, trigger_id: '1' }],
  ['a form with values', { ...form, view: { ...view, state: { values: { b: { a: {} } } } } }],
  ['a shortcut', { type: 'shortcut', user, trigger_id: '1', callback_id: 'x' }],
  [
    'a shortcut on a message',
    { ...click, type: 'message_action', callback_id: 'x', message: { text: 'x' } },
  ],
  ['a mention', { event: { type: 'app_mention', user: 'U1', channel: 'C1', text: 'x', ts: '1' } }],
  [
    'an event that nobody listens to',
    { event: { type: 'channel_created', channel: { id: 'C1' } } },
  ],
])('%s can be one', (_name, body) => {
  expect(isDelivery(body)).toBe(true);
});

test.each<[string, unknown]>([
  ...[null, undefined, 'x', 1, [], {}].map((body): [string, unknown] => [
    JSON.stringify(body) ?? 'nothing',
    body,
  ]),
  ['a command of nobody', { ...command, user_id: undefined }],
  ['a command whose text is a list', { ...command, text: ['a', 'b'] }],
  ['a click without an action', { ...click, actions: [] }],
  ['a click on nothing', { ...click, actions: [null] }],
  ['a click of a number', { ...click, user: { id: 1 } }],
  ['a click without a trigger', { ...click, trigger_id: undefined }],
  ['a form without a state', { ...form, view: { ...view, state: undefined } }],
  [
    'a form with a block of nothing',
    { ...form, view: { ...view, state: { values: { b: null } } } },
  ],
  [
    'a form with a field of nothing',
    { ...form, view: { ...view, state: { values: { b: { a: 1 } } } } },
  ],
  ['a mention in an object', { event: { type: 'app_mention', channel: {} } }],
  ['an event of no type', { event: {} }],
  ['an event of a list', { event: [] }],
  ['a kind that Slack may invent', { type: 'new', user, trigger_id: '1' }],
])('%s cannot', (_name, body) => {
  expect(isDelivery(body)).toBe(false);
});
