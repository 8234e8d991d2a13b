import { openFileTurns } from '../../src/chat/file-turns.ts';

/** What has happened by the time that nothing waits but for another. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('one file is made at a time, and other answers wait for none', async () => {
  const turn = openFileTurns();
  const [first, second, third, other] = [turn(), turn(), turn(), turn()];
  const entered: string[] = [];
  const enter = (name: string, one: ReturnType<typeof turn>, givesFile: boolean) =>
    one.enter(givesFile ? { givesFile } : {}).then(() => entered.push(name));
  void enter('first', first, true);
  void enter('second', second, true);
  void enter('third', third, true);
  void enter('other', other, false);
  await settled();
  expect(entered).toEqual(expect.arrayContaining(['first', 'other']));
  expect(entered).toHaveLength(2);

  other.leave();
  await settled();
  expect(entered).toHaveLength(2);

  first.leave();
  await settled();
  expect(entered.at(-1)).toBe('second');

  second.leave();
  await settled();
  expect(entered.at(-1)).toBe('third');
});
