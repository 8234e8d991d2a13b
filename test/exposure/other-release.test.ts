import { ask, installed, statement } from '../support/exposure-records.ts';

const fix = (ecosystem: string, fixed: string) =>
  statement(ecosystem, 'openssl', { intervals: [{ introduced: null, fixed, lastAffected: null }] });

// The truth: each of these has a fix of another release, or none, which the fix of this release says nothing of.
it.each([
  ['Debian:12', '3.5.1-1+deb13u1', '3.0.17-1~deb12u1', 'Debian 13'],
  ['Debian:12', '3.0.13-0ubuntu3.4', '3.0.12-1~deb12u1', 'Ubuntu'],
  ['Ubuntu:22.04:LTS', '3.0.13-0ubuntu0.24.04.1', '3.0.2-0ubuntu1.18', 'Ubuntu 24.04'],
  ['Ubuntu:22.04:LTS', '3.0.13-1~24.04.1', '3.0.2-0ubuntu1.18', 'Ubuntu 24.04'],
  ['Ubuntu:22.04:LTS', '2.63+24.04ubuntu0.1', '2.63+22.04ubuntu0.1', 'Ubuntu 24.04'],
  ['Ubuntu:22.04:LTS', '31.2~24.04', '31.2~22.04', 'Ubuntu 24.04'],
  ['Ubuntu:22.04:LTS', '1.2+18.10.20180917-0ubuntu8~24.04.1', '1.2-0', 'Ubuntu 24.04'],
  ['Ubuntu:22.04:LTS', '1.187.6~20.04.1+2.06-2ubuntu14.4', '1.187.0', 'Ubuntu 20.04'],
  ['Ubuntu:20.04:LTS', '1.1.1f-1ubuntu2.fips.2.8', '1.1.1f-1ubuntu2.16', 'Ubuntu FIPS'],
  [
    'Ubuntu:18.04:LTS',
    '1.1.1-1ubuntu2.fips.2.1~18.04.6.2',
    '1.1.1-1ubuntu2.1~18.04.21',
    'Ubuntu FIPS',
  ],
  ['Ubuntu:18.04:LTS', '1:7.9p1-10~ubuntu18.04.fips.0.2', '1:7.6p1-4ubuntu0.7', 'Ubuntu FIPS'],
  ['Ubuntu:22.04:LTS', '3.0.5-0ubuntu0.1+Fips2.1', '3.0.2-0ubuntu1.18', 'Ubuntu FIPS'],
  ['Ubuntu:18.04:LTS', '1.0.3-2fips3', '1.0.3-2', 'Ubuntu FIPS'],
  ['Debian:12', '2023.4+deb13u1', '2023.3+deb12u2', 'Debian 13'],
  ['Debian:12', '1.44~1+deb13u1+15.8-1', '1.39+15.7-1', 'Debian 13'],
  ['AlmaLinux:8', '1:3.0.7-27.el9', '1:1.1.1k-12.el8_9', 'Enterprise Linux 9'],
  ['Rocky Linux:9', '1:3.2.2-6.el10_0', '1:3.0.7-28.el9_4', 'Enterprise Linux 10'],
  ['Red Hat:enterprise_linux:9', '1:3.2.2-6.el10_0', '1:3.0.7-28.el9_4', 'Enterprise Linux 10'],
])(
  'a package on %s with the version %s is of another release',
  (ecosystem, version, fixed, note) => {
    const { worst } = ask(
      ecosystem,
      [installed(ecosystem, 'openssl', version)],
      [fix(ecosystem, fixed)],
    );

    expect(worst).toMatchObject({ state: 'unknown', reason: 'other-maker', note });
  },
);

it.each([
  ['Debian:12', '3.0.17-1~deb12u2', '3.0.17-1~deb12u1'],
  ['Debian:12', '3.0.17-2', '3.0.17-1~deb12u1'],
  ['Ubuntu:22.04:LTS', '3.0.2-0ubuntu1.18', '3.0.2-0ubuntu1.17'],
  ['Ubuntu:22.04:LTS', '8.0.0-1ubuntu7.10', '8.0.0-1ubuntu7.9'],
  ['Ubuntu:22.04:LTS', '2:102-0ubuntu0.22.04.1', '2:101-0ubuntu0.22.04.1'],
  ['Ubuntu:22.04:LTS', '5.1.3-7+deb12u1build0.22.04.1', '5.1.3-7'],
  ['Ubuntu:22.04:LTS', '16.04.1+18.10.20180917-0ubuntu8', '16.04.1-0'],
  ['Ubuntu:22.04:LTS', '1:0.9.14.1+20.04.1-0ubuntu2', '1:0.9-0'],
  ['Ubuntu:22.04:LTS', '0.2+19.04.20190104', '0.1'],
  ['Ubuntu:22.04:LTS', '3.0.5-0ubuntu0.1+Fips2.2', '3.0.5-0ubuntu0.1+Fips2.1'],
  ['Debian:12', '1.0+fips2-1', '1.0+fips1-1'],
  ['AlmaLinux:8', '1:1.1.1k-14.el8_10', '1:1.1.1k-12.el8_9'],
  ['AlmaLinux:9', '1:3.0.7-30', '1:3.0.7-28.el9_4'],
  ['Debian:12', '1:15.0.2-0+deb11u1', '1:15.0.2-0+deb11u1'],
  ['Alpine:v3.20', '3.3.2-r1', '3.3.2-r0'],
])('a package on %s with the version %s is of this release', (ecosystem, version, fixed) => {
  const { worst } = ask(
    ecosystem,
    [installed(ecosystem, 'openssl', version)],
    [fix(ecosystem, fixed)],
  );

  expect(worst).toMatchObject({ state: 'vendor-says-not-affected', because: 'fixed' });
});

it('what a record calls affected stays so, of whichever release it is', () => {
  const old = installed('Debian:12', 'openssl', '1.1.1w-0+deb11u1');
  const { worst } = ask('Debian:12', [old], [fix('Debian:12', '3.0.17-1~deb12u1')]);

  expect(worst.state).toBe('affected-fix-available');
});

it('that this release never was affected says nothing of a package of another one', () => {
  const never = statement('Debian:12', 'openssl', { status: 'not-affected', intervals: [] });
  const verdicts = ['3.0.17-1~deb12u2', '3.5.1-1+deb13u1'].map(
    (version) =>
      ask('Debian:12', [installed('Debian:12', 'openssl', version)], [never]).worst.state,
  );

  expect(verdicts).toEqual(['vendor-says-not-affected', 'unknown']);
});
