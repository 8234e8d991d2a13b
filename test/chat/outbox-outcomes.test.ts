import { openOutcomes } from '../../src/chat/deliver-owed.ts';

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

it('does not hold up the end of the program once nobody waits any longer', async () => {
  const outcomes = openOutcomes({ statesOf: async () => [] });
  const told = outcomes.of('digest');
  const before = timers();
  outcomes.limit(600_000);
  expect(timers()).toBe(before + 1);

  outcomes.settle('digest', { state: 'sent', ts: '1.0' });

  await expect(told).resolves.toEqual({ state: 'sent', ts: '1.0' });
  expect(timers()).toBe(before);
});
