import { endText } from '../../src/views/exposed.ts';

test('what is there without the package may have changed, or was not read since', () => {
  const one = { name: 'web', id: 'a', from: '2026-01-01', to: '2026-01-02' };

  expect(endText([{ ...one, state: 'changed' }])).toBe('changed or not read since');
  expect(endText([{ ...one, state: 'gone' }])).toBe('gone');
});
