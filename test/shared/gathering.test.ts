import { gathering } from '../../src/shared/gathering.ts';

/** Calls of which the test says when they end. */
function openCalls(most: number) {
  const calls: { all: readonly number[]; end: (error?: Error) => void }[] = [];
  const ask = gathering<number>(most, (all) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    calls.push({ all, end: (error) => (error ? reject(error) : resolve()) });
    return promise;
  });
  const begun = async (count: number) => {
    while (calls.length < count) await new Promise(setImmediate);
    return calls[count - 1];
  };
  return { ask, begun, calls };
}

test('what is asked for while a call goes on is done by the next ones, in order', async () => {
  const { ask, begun, calls } = openCalls(2);
  const first = ask(1);
  const one = await begun(1);
  const others = [2, 3, 4].map(ask);

  one?.end();
  await first;
  (await begun(2))?.end();
  await Promise.all(others.slice(0, 2));
  (await begun(3))?.end();
  await Promise.all(others);
  expect(calls.map(({ all }) => all)).toEqual([[1], [2, 3], [4]]);
});

test('a call that fails does so for those whom it was for', async () => {
  const { ask, begun } = openCalls(10);
  const first = ask(1);
  const one = await begun(1);
  const second = ask(2);

  one?.end(new Error('away'));
  await expect(first).rejects.toThrow('away');
  (await begun(2))?.end();
  await expect(second).resolves.toBeUndefined();
});
