import { numberAt, unpackedColumns } from '../../src/store/packed-rows.ts';

it('gives the numbers of packed rows column by column', () => {
  expect(unpackedColumns('3,0,1,12', ['at', 'open'])).toEqual({ at: [3, 1], open: [0, 12] });
  expect(unpackedColumns(null, ['at', 'open'])).toEqual({ at: [], open: [] });
});

it('takes no row that is not whole, and no number that is not there', () => {
  expect(() => unpackedColumns('3,0,12', ['at', 'open'])).toThrow('whole');
  expect(() => unpackedColumns('3,null', ['at', 'open'])).toThrow('no number');
  expect(() => numberAt([1], 1)).toThrow('no number');
});
