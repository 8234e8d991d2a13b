import { securityOptions } from '../../../src/snapshot/normalise/security-options.ts';

const profile = (defaultAction: string, ...syscalls: unknown[]) =>
  `seccomp=${JSON.stringify({ defaultAction, syscalls })}`;

describe('security options', () => {
  it('says nothing when nothing is said', () => {
    expect(securityOptions([], [])).toEqual({
      noNewPrivileges: null,
      seccomp: 'default',
      isSelinuxLabelDisabled: false,
      unmasksSystemPaths: false,
      unmasksSettings: false,
      askedAppArmorProfile: null,
      askedSelinuxOptions: [],
    });
  });

  it.each<[string[], true | undefined]>([
    [['writable-cgroups=true'], true],
    [['writable-cgroups'], true],
    [['writable-cgroups=true', 'writable-cgroups=false'], undefined],
    [[], undefined],
  ])('control groups to write of %j are %j', (options, expected) => {
    expect(securityOptions(options, []).hasWritableCgroups).toBe(expected);
  });

  it.each<[string[], boolean]>([
    [['label=disable'], true],
    [['label:disable'], true],
    [['disable'], true],
    [['label=type:disable'], false],
  ])('SELinux off of %j is %j', (options, expected) => {
    expect(securityOptions(options, []).isSelinuxLabelDisabled).toBe(expected);
  });

  it.each<[string[], boolean | null]>([
    [['no-new-privileges'], true],
    [['no-new-privileges=true'], true],
    [['no-new-privileges:true'], true],
    [['no-new-privileges=1'], true],
    [['no-new-privileges=false'], false],
    [['no-new-privileges:false'], false],
    [['no-new-privileges=0'], false],
    [['no-new-privileges', 'no-new-privileges=false'], false],
    [['no-new-privileges=false', 'no-new-privileges'], true],
    [['label=no-new-privileges'], null],
    [['seccomp=unconfined'], null],
  ])('no-new-privileges of %j is %j', (options, expected) => {
    expect(securityOptions(options, []).noNewPrivileges).toBe(expected);
  });

  it.each<[string, string[], string]>([
    ['unconfined', ['seccomp=unconfined'], 'unconfined'],
    ['with a colon', ['seccomp:unconfined'], 'unconfined'],
    ['the last wins', [profile('SCMP_ACT_ERRNO'), 'seccomp=unconfined'], 'unconfined'],
    ['the last wins, other order', ['seccomp=unconfined', profile('SCMP_ACT_ERRNO')], 'custom'],
    ['none that is named', ['seccomp=unconfined', 'seccomp='], 'default'],
    ['builtin, whatever the engine does', ['seccomp=builtin'], 'builtin'],
    ['denies by default', [profile('SCMP_ACT_ERRNO')], 'custom'],
    ['allows all', [profile('SCMP_ACT_ALLOW')], 'allows-everything'],
    ['only logs', [profile('SCMP_ACT_LOG')], 'allows-everything'],
    ['JSON after a colon', ['seccomp:{"defaultAction":"SCMP_ACT_ALLOW"}'], 'allows-everything'],
    [
      'allows all twice over',
      [profile('SCMP_ACT_ALLOW', { names: ['read'], action: 'SCMP_ACT_ALLOW' })],
      'allows-everything',
    ],
    [
      'a rule without calls denies nothing',
      [profile('SCMP_ACT_ALLOW', { names: [], action: 'SCMP_ACT_ERRNO' })],
      'allows-everything',
    ],
    [
      'asks a tracer of its own about a call',
      [profile('SCMP_ACT_ALLOW', { names: ['mount'], action: 'SCMP_ACT_TRACE' })],
      'allows-everything',
    ],
    ...['ERRNO', 'KILL', 'KILL_PROCESS', 'TRAP'].map((action): [string, string[], string] => [
      `allows all but what it answers with ${action}`,
      [profile('SCMP_ACT_ALLOW', { names: ['mount'], action: `SCMP_ACT_${action}` })],
      'custom',
    ]),
    [
      'the old form of a rule',
      [profile('SCMP_ACT_ALLOW', { name: 'mount', action: 'SCMP_ACT_ERRNO' })],
      'custom',
    ],
    ['a path, whose content does not show', ['seccomp=/etc/profile.json'], 'custom'],
    ['JSON of another kind', ['seccomp=[1]'], 'custom'],
    ['an equals sign in the text', ['seccomp={"a":"b=c"}'], 'custom'],
  ])('seccomp: %s', (_case, options, expected) => {
    expect(securityOptions(options, []).seccomp).toBe(expected);
  });

  it.each<[string[], boolean]>([
    [['label=disable'], true],
    [['label:disable'], true],
    [['label=disable', 'label=type:container_t'], true],
    [['label=type:disable'], false],
    [['apparmor=disable'], false],
  ])('SELinux labels switched off by %j: %j', (options, expected) => {
    expect(securityOptions(options, []).isSelinuxLabelDisabled).toBe(expected);
  });

  it.each<[string[], boolean]>([
    [['systempaths=unconfined'], true],
    [['systempaths:unconfined'], true],
    [['unmask=all'], true],
    [['unmask=ALL'], true],
    [['unmask=/proc/kcore'], true],
    [['mask=/proc/kcore'], false],
  ])('system paths unmasked by %j: %j', (options, expected) => {
    expect(securityOptions(options, []).unmasksSystemPaths).toBe(expected);
  });
});
