import { OutsideError } from '../../src/shared/errors.ts';
import { readEach } from '../../src/snapshot/outcome.ts';
import { engineStatus } from '../support/recorded-reader.ts';

const listed = [
  { id: '2', name: 'b' },
  { id: '1', name: 'a' },
  { id: '3', name: 'c' },
];

describe('reading every listed subject', () => {
  it('leaves out those that have gone', async () => {
    const subjects = await readEach(listed, async ({ id, name }) => {
      if (id === '2') throw engineStatus('/x', 404);
      return name;
    });

    expect(subjects).toEqual({ read: ['a', 'c'], unread: [] });
  });

  it('keeps the others when one fails, and says why', async () => {
    const subjects = await readEach(listed, async ({ id, name }) => {
      if (id === '2') throw engineStatus('/x', 500, 'broken layer');
      return name;
    });

    expect(subjects.read).toEqual(['a', 'c']);
    expect(subjects.unread).toEqual([
      { id: '2', name: 'b', reason: expect.stringContaining('500 broken layer') },
    ]);
  });

  it('rejects when all that are still there fail', async () => {
    const reading = readEach(listed, async ({ id }) => {
      throw engineStatus('/x', id === '1' ? 404 : 500);
    });

    await expect(reading).rejects.toThrow(OutsideError);
  });

  it('does not take a bug of ours for a failure of the engine', async () => {
    const reading = readEach(listed, async ({ id }) => {
      if (id === '1') throw new TypeError('ours');
      return id;
    });

    await expect(reading).rejects.toThrow('ours');
  });

  it('is empty for an empty list', async () => {
    await expect(readEach([], async () => 1)).resolves.toEqual({ read: [], unread: [] });
  });
});
