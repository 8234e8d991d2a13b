import { hasMark, indexOfMark, markOf } from '../../src/inventory/programs/find-mark.ts';

const mark = markOf('\0.svm_heap\0', '.svm_he');
const part = (text: string) => Buffer.from(text, 'latin1');

it.each([
  ['at the beginning', '\0.svm_heap\0x', 0],
  ['at the end', 'x\0.svm_heap\0', 1],
  ['behind its piece', '.svm_he\0.svm_heap\0', 7],
  ['behind more pieces than are looked at', `${'.svm_he '.repeat(20_000)}\0.svm_heap\0`, 160_000],
  ['without what is before its piece', '.svm_heap\0', -1],
  ['without what is behind its piece', '\0.svm_heap', -1],
  ['by many pieces alone', '.svm_he '.repeat(20_000), -1],
])('a mark is found with all of its bytes: %s', (_, text, at) => {
  expect(indexOfMark(part(text), mark)).toBe(at);
  expect(hasMark(part(text), mark)).toBe(at >= 0);
});

it('the next one is found from there on', () => {
  const twice = part('\0.svm_heap\0\0.svm_heap\0');
  expect([0, 1, 11, 12].map((from) => indexOfMark(twice, mark, from))).toEqual([0, 11, 11, -1]);
});
