import { hubLimits } from '../../src/hub/limits.ts';
import { createStrangers } from '../../src/hub/strangers.ts';

test('an address may connect so often in a time, whoever else does, and then again', () => {
  let now = 0;
  const strangers = createStrangers(() => now);
  const comes = (address: string) => {
    const leave = strangers.enter(address);
    leave?.();
    return leave !== null;
  };
  const most = hubLimits.attemptsBurst;
  const tries = Array.from({ length: most + 100 }, () => comes('192.0.2.1'));
  expect(tries.filter(Boolean)).toHaveLength(most);
  expect(comes('192.0.2.2')).toBe(true);

  now += 1_000;
  const again = Array.from({ length: most }, () => comes('192.0.2.1'));
  expect(again.filter(Boolean)).toHaveLength(hubLimits.attemptsPerSecond);
});
