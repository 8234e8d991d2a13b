import { feedOfJson } from '../../src/feeds/make-feed.ts';
import { ask, installed, osv, osvAffected, statement } from '../support/exposure-records.ts';

// Every record here is written by hand, true in form to the real ones. The truth is what the image holds.

const jammy = 'Ubuntu:22.04:LTS';
const until = (fixed: string) => [{ introduced: null, fixed, lastAffected: null }];

describe('what Seawall does not look for', () => {
  const dotnet = statement(jammy, 'dotnet8', { intervals: until('8.0.110-0ubuntu1~22.04.1') });
  const about = (...affected: Record<string, unknown>[]) =>
    osv({ id: 'GHSA-8g4q-xg66-9fp4', aliases: ['CVE-2024-43485'], affected });
  const nuget = osvAffected('NuGet', 'System.Text.Json', [
    { introduced: '8.0.0' },
    { fixed: '8.0.5' },
  ]);
  const bash = installed(jammy, 'bash', '5.1-6ubuntu1.1');

  it.each([
    ['NuGet', [nuget]],
    ['Hex', [osvAffected('Hex', 'plug', [{ introduced: '0' }]), nuget]],
    ['GIT', [{ ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] }]],
  ])('makes a “not there” unknown, by its name: %s', (name, affected) => {
    for (const whole of [undefined, null]) {
      const { worst } = ask(jammy, [bash], [about(...affected), dotnet], {
        ...(whole === null && { whole }),
      });
      expect(worst).toMatchObject({
        ...{ state: 'unknown', reason: 'ecosystem-not-read', note: name },
      });
    }
  });

  it('comes with its feed', async () => {
    const value = { id: 'GHSA-1', modified: '2026-11-01T00:00:00Z', affected: [nuget, nuget] };
    const { rows } = await feedOfJson(value, (reason) => {
      throw new Error(reason);
    });

    for await (const row of rows) expect(row).toMatchObject({ record: { unseen: ['NuGet'] } });
    expect.assertions(1);
  });

  it('hides nothing that is affected', () => {
    const old = installed(jammy, 'dotnet8', '8.0.100-0ubuntu1~22.04.1');

    expect(ask(jammy, [old], [about(nuget), dotnet]).worst.state).toBe('affected-fix-available');
  });

  it.each(['openSUSE:Leap 15.6', 'Linux', 'Android', 'GitHub Actions'])(
    'is no system that the image is not, and nothing of its host: %s',
    (ecosystem) => {
      const other = about(osvAffected(ecosystem, 'x', [{ introduced: '0' }]));

      expect(ask(jammy, [bash], [other, dotnet]).worst.state).toBe('not-present');
    },
  );

  it('says nothing where its record was taken back', () => {
    const record = osv({
      ...{ id: 'GHSA-1', withdrawn: '2026-10-01T00:00:00Z', affected: [nuget] },
    });

    expect(ask(jammy, [bash], [record, dotnet]).worst.state).toBe('not-present');
  });
});
