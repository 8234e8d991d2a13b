import { endedOn, supportOf } from '../../src/exposure/release-ends.ts';

const at = (day: string) => Date.parse(`${day}T12:00:00Z`);

it.each([
  ['Debian:12', '2026-07-11', 'regular', '2026-07-11'],
  ['Debian:12', '2026-07-12', 'long-term', '2028-06-30'],
  ['Debian:12', '2028-07-01', 'ended', '2028-06-30'],
  ['Debian:11', '2026-11-27', 'ended', '2026-08-31'],
  ['Ubuntu:20.04:LTS', '2025-05-29', 'regular', '2025-05-29'],
  ['Ubuntu:20.04:LTS', '2025-05-30', 'ended', '2025-05-29'],
  ['Debian:9', '2026-11-27', 'ended', '2022-06-30'],
  ['Ubuntu:24.10', '2026-11-27', 'ended', '2025-07-10'],
  ['Ubuntu:14.04:LTS', '2026-11-27', 'ended', '2019-04-25'],
  ['Alpine:v3.12', '2026-11-27', 'ended', '2022-05-01'],
  ['Alpine:v3.20', '2026-11-27', 'ended', '2026-04-01'],
  ['AlmaLinux:9', '2026-11-27', 'regular', '2032-05-31'],
])('%s at %s is %s until %s', (ecosystem, day, state, until) => {
  expect(supportOf(ecosystem, at(day))).toEqual({ state, until });
  expect(endedOn(ecosystem, at(day))).toBe(state === 'ended' ? until : null);
});

it('knows nothing of others', () => {
  expect(supportOf('Debian:99', at('2026-11-27'))).toBeNull();
  expect(supportOf('constructor', at('2026-11-27'))).toBeNull();
});
