import { seccompText } from '../../../src/snapshot/normalise/seccomp-profile.ts';

type Rule = Record<string, unknown>;

const DENY = 'SCMP_ACT_ERRNO';
const ALLOW = 'SCMP_ACT_ALLOW';
const textOf = (defaultAction: string, syscalls: Rule[], ...capabilities: string[]) =>
  seccompText(JSON.stringify({ defaultAction, syscalls }), capabilities);
function judged(...asked: Parameters<typeof textOf>) {
  const text = textOf(...asked);
  return text && { allows: text.allows, isOpen: text.isOpen };
}
const rule = (action: string, names: string[], more: Rule = {}): Rule => ({
  names,
  action,
  ...more,
});

/** Namespaces as moby's profile keeps them out: the flags of clone, by a mask. */
const clones = [
  rule(ALLOW, ['clone'], {
    args: [{ index: 0, value: 2114060288, op: 'SCMP_CMP_MASKED_EQ' }],
    excludes: { caps: ['CAP_SYS_ADMIN'], arches: ['s390', 's390x'] },
  }),
  rule(DENY, ['clone3'], { excludes: { caps: ['CAP_SYS_ADMIN'] } }),
];
const flags = (action: string, op: string, value: number, index = 0): Rule =>
  rule(action, ['clone'], { args: [{ index, value, op }] });
const modules = rule(ALLOW, ['init_module', 'finit_module', 'delete_module']);
const handles = rule(ALLOW, ['open_by_handle_at']);
const onS390 = (one: Rule): Rule => ({ ...one, includes: { arches: ['s390x'] } });
/** Of the same kind as moby's default. */
const ordinary = [
  rule(ALLOW, ['read', 'write', 'execve', 'name_to_handle_at']),
  rule(ALLOW, ['ptrace'], { includes: { minKernel: '4.8' } }),
  rule(ALLOW, ['mount', 'unshare', 'setns', 'clone', 'clone3', 'bpf'], {
    includes: { caps: ['CAP_SYS_ADMIN'] },
  }),
  ...clones,
  rule(ALLOW, ['reboot'], { includes: { caps: ['CAP_SYS_BOOT'] } }),
];

it.each<[string, string[]]>([
  ['an ordinary container', []],
  ['one with CAP_SYS_ADMIN', ['CAP_SYS_ADMIN']],
  ['one with CAP_SYS_BOOT', ['CAP_SYS_BOOT']],
])('a profile like the engine’s allows no more to %s', (_title, capabilities) => {
  expect(judged(DENY, ordinary, ...capabilities)).toEqual({ allows: [], isOpen: false });
});

it.each<[string, Rule, string[]]>([
  ['calls', rule(ALLOW, ['mount', 'keyctl']), ['keyctl', 'mount']],
  ['rings', rule(ALLOW, ['io_uring_setup', 'io_uring_wait']), ['io_uring_setup']],
  ['calls that are logged', rule('SCMP_ACT_LOG', ['bpf']), ['bpf']],
  ['one in the old form', { name: 'init_module', action: ALLOW }, ['init_module']],
  ['one for some arguments', rule(ALLOW, ['keyctl'], { args: [{ index: 0 }] }), ['keyctl']],
  ['one for a machine', rule(ALLOW, ['mount'], { includes: { arches: ['s390x'] } }), ['mount']],
  ['calls that a tracer may let through', rule('SCMP_ACT_TRACE', ['mount']), ['mount']],
  ['calls that an agent may let through', rule('SCMP_ACT_NOTIFY', ['mount']), ['mount']],
  ['calls that tell of the host', rule(ALLOW, ['syslog', 'kcmp']), ['kcmp', 'syslog']],
  ['clone with namespaces', rule(ALLOW, ['clone']), ['clone']],
  ['clone with any flags', flags(ALLOW, 'SCMP_CMP_GE', 0), ['clone']],
  ['clone with one namespace', flags(ALLOW, 'SCMP_CMP_EQ', 0x10000011), ['clone']],
  ['clone up to the largest number', flags(ALLOW, 'SCMP_CMP_LE', 2 ** 64), ['clone']],
  ['clone by its other arguments', flags(ALLOW, 'SCMP_CMP_EQ', 0, 2), ['clone']],
  ['no clone with namespaces', flags(ALLOW, 'SCMP_CMP_LT', 0x20000), []],
  ['one for another capability', rule(ALLOW, ['mount'], { includes: { caps: ['CAP_KILL'] } }), []],
])('names %s that it allows beyond the engine’s', (_title, more, allows) => {
  expect(judged(DENY, [...ordinary, more])).toEqual({ allows, isOpen: false });
});

it('reads fields as the engine does, in small and in capital letters', () => {
  const withCapitals = (fields: Rule): Rule =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toUpperCase(), value]));
  const only = withCapitals({ includes: withCapitals({ caps: ['CAP_KILL'] }) });
  const condition = withCapitals({
    index: 0,
    op: 'SCMP_CMP_MASKED_EQ',
    value: 0xff,
    valueTwo: 0x12,
  });
  const rules = [
    withCapitals(rule(ALLOW, ['mount', 'keyctl'])),
    { ...withCapitals(rule(ALLOW, ['bpf'])), ...only },
    withCapitals(rule(ALLOW, ['clone'], { args: [condition] })),
  ];
  const text = seccompText(JSON.stringify({ DefaultAction: DENY, Syscalls: rules }), []);

  expect(text?.allows).toEqual(['keyctl', 'mount']);
});

it('takes a long s for an s and the sign for kelvin for a k, as the engine does', () => {
  const onKernel = { includes: { 'min\u212Aernel': '4.8' } };
  const syscalls = [rule(DENY, ['mount', 'bpf']), rule(DENY, ['keyctl'], onKernel)];
  const text = seccompText(JSON.stringify({ defaultAction: ALLOW, '\u017FyscallS': syscalls }), []);

  expect(text?.allows).toContain('keyctl');
  expect(text?.allows).not.toContain('mount');
});

it.each([
  ['its calls', `{"defaultAction":"${DENY}","syscalls":[],"Syscalls":[]}`],
  ['its action', `{"defaultAction":"${DENY}","DefaultAction":"${ALLOW}"}`],
  ['a field of a rule', `{"defaultAction":"${DENY}","syscalls":[{"args":[],"Args":[]}]}`],
  ['a condition', `{"defaultAction":"${DENY}","syscalls":[{"args":[{"OP":"","op":""}]}]}`],
  ['its calls, one with a long s', `{"defaultAction":"${DENY}","syscalls":[],"\u017Fyscalls":[]}`],
  [
    'its calls, in the same letters',
    `{"defaultAction":"${DENY}","syscalls":[{"names":["mount"]}],"syscalls":[{"comment":"\\""}]}`,
  ],
])('is not read where it says %s twice', (_title, text) => {
  expect(seccompText(text, [])).toBeNull();
});

it('allows all that it does not forbid where it allows by default', () => {
  const text = judged(ALLOW, [rule(DENY, ['mount', 'unshare'])]);

  expect(text?.isOpen).toBe(false);
  expect(text?.allows).toEqual(expect.arrayContaining(['bpf', 'kexec_load', 'open_by_handle_at']));
  expect(text?.allows).not.toContain('mount');
});

it.each<[string, Rule, boolean]>([
  ['every one by mask', flags(DENY, 'SCMP_CMP_NE', 0), false],
  ['those from one value on', flags(DENY, 'SCMP_CMP_GE', 0x20000), false],
  ['a single value', flags(DENY, 'SCMP_CMP_EQ', 0x10000000), true],
  ['by another argument', flags(DENY, 'SCMP_CMP_NE', 1, 1), true],
])('clone with namespaces, where it forbids %s', (_title, one, isAllowed) => {
  expect(judged(ALLOW, [one])?.allows.includes('clone')).toBe(isAllowed);
});

it.each<[string, Rule[]]>([
  ['nothing', []],
  ['what a tracer may let through', [rule('SCMP_ACT_TRACE', ['mount', 'bpf'])]],
  ['a call that no kernel has', [rule(DENY, ['no_such_call'])]],
  ['a harmless call', [rule(DENY, ['getpid'])]],
  ['one on another machine', [rule(DENY, ['mount'], { includes: { arches: ['s390x'] } })]],
  ['some arguments of one', [rule(DENY, ['mount'], { args: [{ index: 0, value: 12345 }] })]],
])('forbids nothing dangerous where it forbids %s', (_title, rules) => {
  expect(judged(ALLOW, rules)?.isOpen).toBe(true);
});

it.each([
  '/etc/profile.json',
  '',
  '[1]',
  '{"a":"b=c"}',
  '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":{}}',
  '{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[1]}',
  `{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[],"x":"${'x'.repeat(1_000_000)}"}`,
  '['.repeat(900_000),
])('reads nothing in what is no profile', (text) => {
  expect(seccompText(text, [])).toBeNull();
});

it.each<[string, Rule[], string[]]>([
  ['all calls of a capability', [modules], ['CAP_SYS_MODULE']],
  ['those of several', [modules, handles], ['CAP_DAC_READ_SEARCH', 'CAP_SYS_MODULE']],
  ['one of them', [rule(ALLOW, ['init_module'])], []],
  ['them for a capability that it has not', [{ ...modules, includes: { caps: ['CAP_KILL'] } }], []],
  ['them on another machine', [{ ...modules, includes: { arches: ['s390x'] } }], []],
  ['them for some arguments', [{ ...modules, args: [{ index: 0 }] }], []],
  ['them by a tracer', [{ ...modules, action: 'SCMP_ACT_TRACE' }], []],
  ['them but for some arguments', [modules, rule(DENY, ['init_module'], { args: [{}] })], []],
  ['them and forbids one elsewhere', [modules, onS390(rule(DENY, ['init_module']))], []],
])('opens a capability where it allows %s', (_title, more, opens) => {
  expect(textOf(DENY, [...ordinary, ...more])?.opens.sort()).toEqual(opens);
});

// A process becomes the tracer of its child by ptrace alone; by seccomp it has an agent asked in place of any tracer, which
// lets the call go on (SECCOMP_USER_NOTIF_FLAG_CONTINUE).
it.each<[string, Rule[]]>([
  ['whole', [rule(DENY, ['ptrace', 'seccomp'])]],
  ['by a tracer as well', [rule('SCMP_ACT_TRACE', ['ptrace', 'seccomp'])]],
])('takes what a tracer may let through as forbidden where tracing is, %s', (_title, more) => {
  const traced = [rule('SCMP_ACT_TRACE', ['mount', 'bpf']), ...more];

  expect(judged(ALLOW, traced)?.isOpen).toBe(false);
  expect(judged(ALLOW, traced)?.allows).not.toContain('mount');
  expect(judged('SCMP_ACT_TRACE', more)).toEqual({ allows: [], isOpen: false });
});

it('takes what a tracer may let through as allowed where filters of its own are', () => {
  const traced = rule('SCMP_ACT_TRACE', ['mount']);
  const untraced = rule(DENY, ['ptrace']);

  expect(judged(ALLOW, [traced, untraced])?.allows).toContain('mount');
  expect(judged(DENY, [traced, rule(ALLOW, ['seccomp'])])?.allows).toEqual(['mount']);
});

it('takes what a tracer may let through as allowed where tracing is forbidden in part', () => {
  const traced = rule('SCMP_ACT_TRACE', ['mount']);
  const inPart = rule(DENY, ['ptrace'], { args: [{ index: 0, value: 16 }] });

  expect(judged(ALLOW, [traced, inPart])?.allows).toContain('mount');
  expect(judged(DENY, [traced, rule('SCMP_ACT_NOTIFY', ['ptrace'])])?.allows).toContain('mount');
});

it('opens none for sure where a tracer is asked by default', () => {
  expect(textOf('SCMP_ACT_TRACE', [])?.opens).toEqual([]);
});

it('opens every capability that no rule stands against where it allows by default', () => {
  const { opens = [] } = textOf(ALLOW, [rule(DENY, ['init_module'], { args: [{}] })]) ?? {};

  expect(opens).toContain('CAP_SYS_ADMIN');
  expect(opens).not.toContain('CAP_SYS_MODULE');
});
