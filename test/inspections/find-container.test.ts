import { findContainer } from '../../src/inspections/find-container.ts';
import type { NamedContainer } from '../../src/ports/stored.ts';
import { UserError } from '../../src/shared/errors.ts';

const container = (
  name: string,
  id: string,
  difference: Partial<NamedContainer> = {},
): NamedContainer => ({ ...{ host: 'web-1', name, id, removedAt: null }, ...difference });
const gone = { removedAt: '2026-01-01T00:00:00.000Z' };
const known = [
  container('redis', 'aaa111'),
  container('redis-replica', 'aab222'),
  container('web', 'ccc333'),
  container('web', 'ddd444', { host: 'web-2' }),
  container('old', 'eee555', gone),
  container('worker', 'fff666', gone),
  container('worker', 'fff777'),
];
const idOf = (word: string) => findContainer(word, known, 'inspect').id;
const mistake = (word: string, containers = known): UserError => {
  try {
    findContainer(word, containers, 'inspect');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`“${word}” was found`);
};

test.each([
  ['redis', 'aaa111'],
  ['redis-', 'aab222'],
  ['aab222', 'aab222'],
  ['aab', 'aab222'],
  ['cc', 'ccc333'],
  ['old', 'eee555'],
  ['eee', 'eee555'],
  ['worker', 'fff777'],
])('“%s” is the container %s', (word, id) => {
  expect(idOf(word)).toBe(id);
});

test('a prefix of two is refused with both, each with its host', () => {
  expect(mistake('red').hint).toBe('It could be: redis on web-1; redis-replica on web-1.');
  expect(mistake('web')).toMatchObject({
    hint: 'It could be: web on web-1; web on web-2.',
    correctedLine: 'inspect web on web-1',
  });
});

test('a name that begins so wins over an id that does, whatever the lot gave', () => {
  const all = [container('dbase', 'abc111'), container('web', 'db0222')];

  expect(findContainer('db', all, 'inspect').id).toBe('abc111');
  expect(findContainer('db0', all, 'inspect').id).toBe('db0222');
});

test('a name that is near is offered, those that are gone are not', () => {
  expect(mistake('rediss').correctedLine).toBe('inspect redis');
  expect(mistake('odl').correctedLine).toBeUndefined();
});

test('without any scan it says that a scan is missing', () => {
  expect(mistake('redis', []).hint).toContain('No scan has seen a container yet');
});
