import { botScopes } from '../../src/config/slack-app.ts';
import { slackPower } from '../../src/inspections/host-power.ts';

const all = botScopes.map(({ scope }) => scope);
const statesOf = (scopes: readonly string[]) =>
  slackPower({ granted: { scopes }, needed: botScopes }).scopes.filter(
    ({ state }) => state !== 'granted',
  );

test('nothing is missing or too much when just the scopes of the manifest are granted', () => {
  expect(statesOf(all)).toEqual([]);
});

test('a scope that is lacking says what is lost, one of no use how it is taken away', () => {
  const granted = { scopes: [...all.filter((one) => one !== 'files:write'), 'admin.users:write'] };
  const power = slackPower({ granted, needed: botScopes });

  expect(power.scopes.filter(({ state }) => state !== 'granted')).toEqual([
    {
      scope: 'files:write',
      state: 'missing',
      neededFor: expect.stringContaining('export'),
      without: expect.stringContaining('no picture'),
    },
    { scope: 'admin.users:write', state: 'unneeded', neededFor: null, without: null },
  ]);
  expect(power.takeAway.map(({ what }) => what).join(' ')).toContain('revoke the token');
});

test('scopes that are not known are neither granted nor missing', () => {
  const unknownReason = 'auth.test: ratelimited';

  expect(slackPower({ granted: { unknownReason }, needed: botScopes })).toEqual({
    hasToken: true,
    unknownReason,
    scopes: [],
    takeAway: [],
  });
  expect(slackPower({ granted: null, needed: botScopes })).toMatchObject({
    hasToken: false,
    unknownReason: null,
    scopes: [],
  });
});
