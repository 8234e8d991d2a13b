import { addTo } from '../../src/shared/add-to.ts';

describe('addTo', () => {
  it('begins the list of a key, and goes on with it', () => {
    const lists = new Map<string, number[]>();

    const first = addTo(lists, 'a', 1);
    addTo(lists, 'b', 2);
    const again = addTo(lists, 'a', 3);

    expect([...lists]).toEqual([
      ['a', [1, 3]],
      ['b', [2]],
    ]);
    expect(again).toBe(first);
  });
});
