import { read } from '../../../src/shared/reading.ts';
import {
  createPackageMemory,
  inventoryBudget,
} from '../../../src/snapshot/packages/package-memory.ts';

const inventory = (...names: string[]) =>
  read({
    manager: 'dpkg' as const,
    operatingSystem: null,
    packages: names.map((name) => ({
      name,
      version: '1',
      architecture: 'all',
      sourceName: name,
      sourceVersion: '1',
    })),
  });

it('keeps equal packages once', () => {
  const memory = createPackageMemory();
  const budget = inventoryBudget();
  const kept = ['a', 'b'].map((key) => memory.keepInventory(key, inventory('bash'), budget));
  const [first, second] = kept.map((one) => (one.state === 'read' ? one.value.packages[0] : null));

  expect(first).toBe(second);
});

it('lets a host add no more than its budget, and takes nothing for what is known', () => {
  const memory = createPackageMemory();
  const budget = { characters: 1000 };
  const long = 'x'.repeat(400);

  expect(memory.keepInventory('a', inventory(long), budget).state).toBe('read');
  expect(memory.keepInventory('b', inventory(long), budget).state).toBe('read');
  expect(memory.keepInventory('c', inventory('short', `${long}y`), budget)).toMatchObject({
    state: 'unread',
    reason: expect.stringContaining('more packages than Seawall keeps'),
  });
  expect(memory.keepInventory('c', inventory(`${long}y`), inventoryBudget()).state).toBe('read');
});
