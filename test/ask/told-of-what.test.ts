import { planOf } from './read-bank.ts';

test.each([
  'why did you wake me up',
  'why did you page us at 3am',
  'why was I paged last night',
  'how come you alerted us',
  'why the alert',
])('“%s” asks which container is meant', async (question) => {
  expect(await planOf(question)).toMatchObject({
    ...{ kind: 'unsure', missing: { command: 'why', what: 'container', typed: null } },
  });
});
