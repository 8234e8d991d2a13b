import { getFips, setFips } from 'node:crypto';
import { checksumsOf } from '../../src/inventory/checksums.ts';
import { inventoryIn, told } from './inventory-of.ts';

describe('on a machine in FIPS mode', () => {
  const before = getFips() === 1;
  beforeAll(() => setFips(true));
  afterAll(() => setFips(before));

  it('there are no checksums, and what is installed is found without them', async () => {
    const inventory = await inventoryIn({
      name: 'usr/lib/node_modules/tar/package.json',
      body: '{"name":"tar","version":"6.1.0"}',
    });
    expect(told(inventory)).toEqual(['npm tar 6.1.0 usr/lib/node_modules/tar/package.json']);
    expect(checksumsOf(Buffer.from('x'))).toBeUndefined();
  });
});
