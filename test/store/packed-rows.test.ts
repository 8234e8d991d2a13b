import { numberAt, unpackedColumns } from '../../src/store/packed-rows.ts';

test('columns of rows are told apart', () => {
  const row = { host_id: 1, at: '3,1', open: '0,12' };
  expect(unpackedColumns(row, ['at', 'open'])).toEqual({ at: [3, 1], open: [0, 12] });
});

test('a number that was not read is no zero', () => {
  // As `string_agg` leaves out what is null.
  expect(() => unpackedColumns({ at: '3,1', open: '12' }, ['at', 'open'])).toThrow('length');
  const none = { at: '3', open: null as unknown as string };
  expect(() => numberAt(unpackedColumns(none, ['at', 'open']).open, 0)).toThrow('no number');
  expect(() => numberAt([1], 1)).toThrow('no number');
});
