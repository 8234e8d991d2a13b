import { placesIn } from '../../src/rules/dangerous-places.ts';
import { growthOf } from '../support/growth.ts';

const deep = (folders: number, root = ''): string => `${root}/${'a/'.repeat(folders)}end`;

it('finds the places of a path in as much time as it is long', () => {
  const work = (folders: number) => {
    for (let i = 0; i < 100; i += 1) placesIn(deep(folders, `/srv/${i}`), null);
  };

  expect(growthOf(work, 2_000)).toBeLessThan(8);
});

it.each<[string, boolean]>([
  ['/', true],
  ['/etc', true],
  ['/etc/cron.d', true],
  [deep(3, '/etc/cron.d'), true],
  [deep(3, '/srv'), false],
  [deep(3, '/etcetera'), false],
])('a mount of %s touches a known place: %s', (path, isOne) => {
  expect(placesIn(path, null).length > 0).toBe(isOne);
});
