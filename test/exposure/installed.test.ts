import { namesOf } from '../../src/exposure/advisory.ts';
import { packagesOfSystem } from '../../src/exposure/installed.ts';
import { ask, osv, statement } from '../support/exposure-records.ts';

it('what an inventory holds is matched under the release of its image', () => {
  const packages = packagesOfSystem(
    {
      manager: 'dpkg',
      operatingSystem: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12' },
      packages: [
        {
          name: 'libssl3',
          version: '3.0.9-1',
          architecture: 'amd64',
          sourceName: 'openssl',
          sourceVersion: '3.0.9-1',
        },
      ],
    },
    'Debian:12',
  );

  expect(ask('Debian:12', packages, [statement('Debian:12', 'openssl', {})]).worst).toMatchObject({
    state: 'affected-no-fix',
    record: { package: 'openssl', through: 'source' },
  });
});

it('the names of a record are all that it goes by, each once, and nothing that is only related', () => {
  const { advisory } = osv({
    id: 'DEBIAN-CVE-2026-1',
    aliases: ['CVE-2026-1'],
    upstream: ['CVE-2026-1'],
    related: ['DSA-1'],
  });

  expect(namesOf(advisory)).toEqual(['DEBIAN-CVE-2026-1', 'CVE-2026-1']);
  const { advisory: erratum } = osv({ id: 'ALSA-1', related: ['cve-2026-1', 'RHSA-1'] });
  expect(namesOf(erratum)).toEqual(['ALSA-1', 'CVE-2026-1', 'RHSA-1']);
});
