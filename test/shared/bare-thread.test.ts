import { env } from 'node:process';
import { bareThread } from '../../src/shared/bare-thread.ts';

const before = env.NODE_COMPILE_CACHE;
const setTo = (folder: string | undefined) => {
  if (folder === undefined) delete env.NODE_COMPILE_CACHE;
  else env.NODE_COMPILE_CACHE = folder;
};
afterEach(() => setTo(before));

it.each([
  ['/folder', { NODE_COMPILE_CACHE: '/folder' }],
  [undefined, {}],
])('tells a thread where Node keeps what it compiled (%s), and nothing else', (folder, told) => {
  setTo(folder);

  expect(bareThread().env).toEqual(told);
});
