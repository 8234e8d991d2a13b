import { linesOf, planOf } from './read-bank.ts';

/** Names of what every object has. */
const words = Object.getOwnPropertyNames(Object.prototype);

test.each([
  '*',
  'is * running?',
  'which containers have *?',
  'who is affected by *?',
  'is openssl older than * anywhere?',
  '* is not on web1, right?',
  'digest * at 9',
  'how do I fix *?',
  'findings of the * team',
])('“%s” is a question like any other', async (form) => {
  const plain = await planOf(form.replace('*', 'qxwvzj'));
  for (const word of words) {
    const plan = await planOf(form.replace('*', word));
    expect(linesOf(plan).filter((line) => /function|object Object/.test(line))).toEqual([]);
    expect([word, plan.kind]).toEqual([word, plain.kind]);
  }
});
