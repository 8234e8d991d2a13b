import { completeValues } from '../../../demo/workspace/form-state.ts';

const option = (value: string) => ({ value, text: { type: 'plain_text', text: value } });
const input = (id: string, element: object, optional = false) => ({
  type: 'input',
  block_id: id,
  optional,
  element: { action_id: id, ...element },
});
const form = [
  { type: 'section', block_id: 'words' },
  input('reason', { type: 'plain_text_input', multiline: true }),
  input('expiry', { type: 'radio_buttons', options: [option('7d')], initial_option: option('7d') }),
  input('day', { type: 'datepicker' }, true),
  input('severities', { type: 'checkboxes', options: [option('high')] }, true),
];
const reason = { reason: { reason: { value: 'known' } } };

test('untouched fields are sent with what they held from the start', () => {
  expect(completeValues(form, reason)).toEqual({
    reason: { reason: { type: 'plain_text_input', value: 'known' } },
    expiry: { expiry: { type: 'radio_buttons', selected_option: option('7d') } },
    day: { day: { type: 'datepicker', selected_date: null } },
    severities: { severities: { type: 'checkboxes', selected_options: [] } },
  });
});

test('a date that was picked is sent', () => {
  const values = completeValues(form, { ...reason, day: { day: { selected_date: '2026-12-31' } } });

  expect(values.day).toEqual({ day: { type: 'datepicker', selected_date: '2026-12-31' } });
});

test.each([{}, { reason: { reason: { value: '' } } }])(
  'a client does not send a form with an empty required field: %j',
  (given) => {
    expect(() => completeValues(form, given)).toThrow('the field reason is empty');
  },
);
