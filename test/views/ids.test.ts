import { withIds } from '../../src/views/document.ts';

const [user, channel] = [{ user: 'U0BBBBBBB' }, { channel: 'C0AAAAAAA' }];

it.each([
  [
    'acknowledged by U0BBBBBBB, assigned to U0BBBBBBB)',
    ['acknowledged by ', user, ', assigned to ', user, ')'],
  ],
  ['(U0BBBBBBB)', ['(', user, ')']],
  ['Told in C0AAAAAAA.', ['Told in ', channel, '.']],
  ['Channel C0AAAAAAA: U0BBBBBBB', ['Channel ', channel, ': ', user, '']],
])('%s has members and channels in place of their ids', (text, spans) => {
  expect(withIds(text)).toEqual(spans);
});
