import { linesOf, planOf } from './read-bank.ts';

test.each([
  "don't mute this channel",
  'do not be quiet in this channel',
  "please don't turn off the alerts",
  'never stop alerting us',
  'undo alerts off',
  'do not stop the digest',
  "don't cancel the daily digest",
])('“%s” offers nothing that stops', async (question) => {
  const plan = await planOf(question);

  expect(plan.kind).toBe('unsure');
  expect(linesOf(plan).filter((line) => line.endsWith(' off'))).toEqual([]);
});
