import fc from 'fast-check';
import {
  allCapabilities,
  capabilityNames,
  configuredCapabilities,
  defaultCapabilities,
} from '../../../src/snapshot/normalise/capabilities.ts';

const configured = (added: string[], dropped: string[], isPrivileged = false) =>
  configuredCapabilities(isPrivileged, capabilityNames(added), capabilityNames(dropped));

const without = (set: readonly string[], ...names: string[]) =>
  set.filter((name) => !names.includes(name)).sort();

describe('capability sets', () => {
  it('knows 41, of which 14 are the default', () => {
    expect(new Set(allCapabilities).size).toBe(41);
    expect(defaultCapabilities).toHaveLength(14);
    expect(without(defaultCapabilities, ...allCapabilities)).toEqual([]);
  });

  it('writes names one way', () => {
    expect(capabilityNames(['sys_admin', 'CAP_NET_RAW', 'cap_sys_admin', 'all'])).toEqual([
      'ALL',
      'CAP_NET_RAW',
      'CAP_SYS_ADMIN',
    ]);
  });

  it.each<[string, string[], string[], boolean, string[]]>([
    ['nothing said', [], [], false, without(defaultCapabilities)],
    ['privileged', [], [], true, without(allCapabilities)],
    ['privileged ignores the drop', [], ['ALL'], true, without(allCapabilities)],
    ['everything dropped', [], ['ALL'], false, []],
    ['everything dropped, one added', ['sys_admin'], ['all'], false, ['CAP_SYS_ADMIN']],
    ['everything added', ['ALL'], [], false, without(allCapabilities)],
    ['adding all wins over dropping all', ['ALL'], ['ALL'], false, without(allCapabilities)],
    [
      'everything added, one dropped by name',
      ['ALL'],
      ['SYS_ADMIN'],
      false,
      without(allCapabilities, 'CAP_SYS_ADMIN'),
    ],
    ['one dropped', [], ['cap_net_raw'], false, without(defaultCapabilities, 'CAP_NET_RAW')],
    ['a name in both lists stays', ['NET_RAW'], ['NET_RAW'], false, without(defaultCapabilities)],
  ])('%s', (_case, added, dropped, isPrivileged, expected) => {
    expect(configured(added, dropped, isPrivileged)).toEqual(expected);
  });

  it('does not depend on prefix, case or order, and repeats nothing', () => {
    const names = fc.array(fc.constantFrom(...allCapabilities, 'ALL'), { maxLength: 6 });
    const bare = (name: string) => name.replace('CAP_', '').toLowerCase();
    fc.assert(
      fc.property(names, names, (added, dropped) => {
        const result = configured(added, dropped);
        expect(configured(added.map(bare).reverse(), dropped.map(bare))).toEqual(result);
        expect(result).toEqual([...new Set(result)].sort());
        expect(result).not.toContain('ALL');
      }),
    );
  });
});
