import { ecosystemOf, ecosystemOfInventory } from '../../src/exposure/ecosystem.ts';

const ecosystem = (id: string, versionId: string) =>
  ecosystemOf({ id, versionId, prettyName: 'anything' });

describe('the ecosystem of an image', () => {
  it.each([
    ['debian', '12', 'Debian:12'],
    ['ubuntu', '24.04', 'Ubuntu:24.04:LTS'],
    ['ubuntu', '23.10', 'Ubuntu:23.10'],
    ['ubuntu', '25.04', 'Ubuntu:25.04'],
    ['alpine', '3.20.3', 'Alpine:v3.20'],
    ['almalinux', '9.4', 'AlmaLinux:9'],
    ['almalinux', '10', 'AlmaLinux:10'],
    ['rocky', '9.3', 'Rocky Linux:9'],
    ['rhel', '8.10', 'Red Hat:enterprise_linux:8'],
    ['wolfi', '20230201', 'Wolfi'],
  ])('of %s %s is %s', (id, versionId, expected) => {
    expect(ecosystem(id, versionId)).toEqual({ state: 'read', value: expected });
  });

  it.each([
    ['debian', ''],
    ['debian', '13/sid'],
    ['alpine', '3.21.0_alpha20240807'],
    ['alpine', ''],
    ['almalinux', ''],
    ['ubuntu', 'rolling'],
  ])('of %s "%s" is not known, and falls back to nothing', (id, versionId) => {
    expect(ecosystem(id, versionId)).toEqual({
      state: 'unread',
      reason: 'the image does not say which release it is',
    });
  });

  it.each(['raspbian', 'constructor', '__proto__', ''])('of "%s" has no feed', (id) => {
    expect(ecosystem(id, '12').state).toBe('unread');
  });

  it.each([
    ['almalinux', '10', 'AlmaLinux Kitten 10 (Lion Cub)'],
    ['rhel', '10.0', 'Red Hat Enterprise Linux 10.0 Beta (Coughlan)'],
    ['debian', '14', 'Debian GNU/Linux forky/sid'],
  ])('of what becomes a release is not known: %s %s', (id, versionId, prettyName) => {
    expect(ecosystemOf({ id, versionId, prettyName }).state).toBe('unread');
  });

  it('of packages that the distribution does not have is not known', () => {
    const operatingSystem = { id: 'alpine', versionId: '3.20.3', prettyName: 'Alpine Linux v3.20' };
    const of = (manager: 'apk' | 'dpkg' | null) =>
      ecosystemOfInventory({ manager, operatingSystem });

    expect(of('apk')).toEqual({ state: 'read', value: 'Alpine:v3.20' });
    expect(of('dpkg')).toEqual({
      state: 'unread',
      reason: 'its packages are of dpkg, which alpine does not use',
    });
  });

  it('is not known without os-release', () => {
    expect(ecosystemOf(null).state).toBe('unread');
  });
});
