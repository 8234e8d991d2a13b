import { isRecord } from '../../shared/record.ts';

/** What the text of a profile tells; null for one that cannot be read. */
interface SeccompText {
  /** Calls that it allows and the engine's own would not, for the same capabilities; sorted. */
  allows: string[];
  /** Capabilities whose calls it allows, every one and for sure. */
  opens: string[];
  /** It forbids none of them. */
  isOpen: boolean;
}

const TEXT_MAX = 1_000_000;
const RULES_MAX = 10_000;

/**
 * Calls that change the host or open the kernel, with the capabilities for which the engine's own profile
 * allows them (moby `profiles/seccomp/default_linux.go`); an empty list: for none. Tracing it allows to all.
 */
const DANGEROUS: readonly (readonly [capabilities: readonly string[], ...calls: string[]])[] = [
  [['CAP_SYS_ADMIN'], 'mount', 'umount2', 'mount_setattr', 'move_mount', 'open_tree'],
  [['CAP_SYS_ADMIN'], 'fsopen', 'fsmount', 'fsconfig', 'fspick', 'quotactl', 'quotactl_fd'],
  [['CAP_SYS_ADMIN'], 'setns', 'unshare', 'clone', 'clone3'],
  [['CAP_SYS_ADMIN', 'CAP_BPF'], 'bpf'],
  [['CAP_SYS_ADMIN', 'CAP_PERFMON'], 'perf_event_open'],
  [['CAP_DAC_READ_SEARCH'], 'open_by_handle_at'],
  [['CAP_SYS_MODULE'], 'init_module', 'finit_module', 'delete_module'],
  [['CAP_SYS_BOOT'], 'reboot'],
  [['CAP_SYS_PACCT'], 'acct'],
  [['CAP_SYS_RAWIO'], 'iopl', 'ioperm'],
  [['CAP_SYS_TIME'], 'settimeofday', 'clock_settime'],
  [[], 'pivot_root', 'swapon', 'swapoff', 'kexec_load', 'kexec_file_load', 'userfaultfd'],
  [[], 'keyctl', 'add_key', 'request_key'],
  [[], 'io_uring_setup', 'io_uring_enter', 'io_uring_register'],
];

/** Others that it keeps from who has none of these: they tell of the host, or disturb it. */
const FURTHER: typeof DANGEROUS = [
  [['CAP_SYS_ADMIN'], 'umount', 'fanotify_init', 'lookup_dcookie', 'sethostname', 'setdomainname'],
  [['CAP_SYS_ADMIN', 'CAP_SYSLOG'], 'syslog'],
  [['CAP_SYS_NICE'], 'get_mempolicy', 'mbind', 'set_mempolicy', 'set_mempolicy_home_node'],
  [['CAP_SYS_PTRACE'], 'kcmp', 'pidfd_getfd'],
  [['CAP_SYS_TIME'], 'stime', 'clock_settime64'],
  [['CAP_SYS_TTY_CONFIG'], 'vhangup'],
  [[], 'move_pages', 'migrate_pages', 'create_module', 'query_module', 'get_kernel_syms'],
  [[], 'nfsservctl', 'sysfs', '_sysctl', 'uselib', 'ustat', 'vm86', 'vm86old'],
];

interface Rule {
  names: readonly unknown[];
  isAllowed: boolean;
  args: readonly unknown[];
  /** For these capabilities it counts; whether it does for this processor and kernel is not known. */
  isSure: boolean;
}

/**
 * Judges the JSON of a profile as a container with these capabilities has it. A rule that may not count on this
 * machine forbids nothing, and allows what it names.
 */
export function seccompText(text: string, capabilities: readonly string[]): SeccompText | null {
  const profile = text.length > TEXT_MAX ? null : parsed(text);
  if (!isRecord(profile) || typeof profile.defaultaction !== 'string') return null;
  const written = profile.syscalls ?? [];
  if (!Array.isArray(written) || written.length > RULES_MAX || !written.every(isRecord))
    return null;
  const { defaultaction } = profile;
  const rulesBy = (isHarmless: Harmless) =>
    written.flatMap((one) => ruleFor(one, capabilities, isHarmless));
  // Without a tracer the call fails, and nobody becomes one by another call than ptrace. A filter of the process's own
  // that asks an agent instead goes before one that asks a tracer (linux `uapi/linux/seccomp.h`).
  const isUntraced = allowing(rulesBy(untraced), untraced(defaultaction));
  const isHarmless = ['ptrace', 'seccomp'].some(isUntraced) ? traced : untraced;
  const rules = rulesBy(isHarmless);
  const isAllowed = allowing(rules, isHarmless(defaultaction));
  const beyond = [...DANGEROUS, ...FURTHER].flatMap(([openFor, ...calls]) =>
    openFor.some((name) => capabilities.includes(name)) ? [] : calls,
  );
  const allows = beyond.filter(isAllowed).sort();
  const all = DANGEROUS.flatMap(([, ...calls]) => calls);
  const passes = allowing(rules, HARMLESS.includes(defaultaction), true);
  const opens = [...new Set(DANGEROUS.flatMap(([openFor]) => openFor))].filter((name) =>
    DANGEROUS.every(([openFor, ...calls]) => !openFor.includes(name) || calls.every(passes)),
  );
  return { allows, opens, isOpen: all.every(isAllowed) };
}

/** A filter that only allows or logs is loaded by the kernel like any other and forbids nothing. */
const HARMLESS: readonly unknown[] = ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG'];
/** Whether an action may let a call through. */
type Harmless = (action: unknown) => boolean;

/** The call waits for the word of an agent, which lets through what it likes. */
const untraced: Harmless = (action) => HARMLESS.includes(action) || action === 'SCMP_ACT_NOTIFY';
/** And for that of a tracer, which may be a process's own parent. */
const traced: Harmless = (action) => untraced(action) || action === 'SCMP_ACT_TRACE';

function ruleFor(
  rule: Record<string, unknown>,
  capabilities: readonly string[],
  isHarmless: Harmless,
): Rule[] {
  const { name, names, args, action } = rule;
  const only = filterOf(rule.includes);
  const never = filterOf(rule.excludes);
  const has = (capability: unknown) => capabilities.includes(String(capability));
  if (!only.caps.every(has) || never.caps.some(has)) return [];
  return [
    {
      names: Array.isArray(names) && names.length > 0 ? names : [name],
      isAllowed: isHarmless(action),
      args: Array.isArray(args) ? args : [],
      isSure:
        !only.hangsOnMachine &&
        !never.hangsOnMachine &&
        (HARMLESS.includes(action) || !isHarmless(action)),
    },
  ];
}

function filterOf(written: unknown): { caps: readonly unknown[]; hangsOnMachine: boolean } {
  if (!isRecord(written)) return { caps: [], hangsOnMachine: false };
  const { caps, arches, minkernel } = written;
  return {
    caps: Array.isArray(caps) ? caps : [],
    hangsOnMachine: (Array.isArray(arches) && arches.length > 0) || minkernel != null,
  };
}

/**
 * Whether a call goes through: for some arguments at least, and by a rule that may not count here; for sure where
 * no rule stands against it whatever the arguments.
 */
function allowing(
  rules: readonly Rule[],
  isByDefault: boolean,
  isForSure = false,
): (call: string) => boolean {
  const about = (wanted: boolean) => {
    const rest = rules.filter(
      ({ isAllowed, isSure }) => isAllowed === wanted && (isSure || wanted !== isForSure),
    );
    const namesIn = (some: readonly Rule[]) => new Set(some.flatMap(({ names }) => names));
    return {
      whole: namesIn(rest.filter(({ args }) => args.length === 0)),
      parts: namesIn(rest.filter(({ args }) => args.length > 0)),
      clones: rest.filter(({ names }) => names.includes('clone')),
    };
  };
  const allowed = about(true);
  const denied = about(false);
  return (call) => {
    // Ordinary programs need the call that starts processes: a rule about its flags keeps namespaces out.
    if (call === 'clone' && !isForSure) {
      return makesNamespaces(isByDefault ? denied.clones : allowed.clones, isByDefault);
    }
    const isDenied = denied.whole.has(call) || (isForSure && denied.parts.has(call));
    if (isByDefault) return !isDenied;
    const isAllowed = allowed.whole.has(call) || (!isForSure && allowed.parts.has(call));
    return isAllowed && !(isForSure && isDenied);
  };
}

/**
 * The names of fields in small letters: an engine takes them however they are written (Go `encoding/json`). Null where
 * one stands twice: what the engine makes of both is not followed.
 */
function parsed(written: string): unknown {
  let isTwice = false;
  let count = 0;
  const inSmallLetters = (_name: string, value: unknown): unknown => {
    if (!isRecord(value)) return value;
    count += Object.keys(value).length;
    const fields = new Map(Object.entries(value).map(([name, one]) => [folded(name), one]));
    isTwice ||= fields.size < Object.keys(value).length;
    return Object.fromEntries(fields);
  };
  try {
    const profile: unknown = JSON.parse(written, inSmallLetters);
    // Of two that are spelled alike the parser hands on the last alone.
    return isTwice || count < fieldsIn(written) ? null : profile;
  } catch {
    // A path or a name: a profile whose content the engine does not show.
    return null;
  }
}

/** How many fields the text of a JSON document names. */
const fieldsIn = (json: string): number =>
  [...json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length;

/** The long s is an s to the engine as well, and the sign for kelvin a k, which is its small letter. */
const folded = (name: string): string => name.toLowerCase().replaceAll('\u017F', 's');

/** A rule of a profile about `clone`, as far as it counts here. */
interface CloneRule {
  /** As written, with the names of fields in small letters; all have to hold. */
  args: readonly unknown[];
  isSure: boolean;
}

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (clone(2)). */
const NAMESPACES = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];
/** Other bits that a caller may set beside them: none, SIGCHLD, and that with CLONE_PARENT. */
const BESIDE = [0, 0x11, 0x8011];
const CALLS = NAMESPACES.flatMap((flag) => BESIDE.map((more) => BigInt(flag + more)));

/**
 * Whether a `clone` that makes a namespace goes through. The rules are those that allow where a profile denies by
 * default, else those that deny. Of every argument but the flags the caller is free to choose what suits it.
 */
const makesNamespaces = (rules: readonly CloneRule[], isByDefault: boolean): boolean =>
  CALLS.some((flags) => {
    const isMet = rules.some((rule) => matches(rule, flags, !isByDefault));
    return isByDefault ? !isMet : isMet;
  });

/** `other` is what counts of a condition that is not about the flags. */
function matches({ args, isSure }: CloneRule, flags: bigint, other: boolean): boolean {
  const conditions = args.filter(isRecord);
  const indexes = conditions.map(({ index }) => index);
  const holds = (condition: Record<string, unknown>): boolean => {
    // Some machines have the flags in the second argument, and rules of their own.
    const isAboutFlags = condition.index === 0 || (!isSure && condition.index === 1);
    return isAboutFlags ? (compared(condition, flags) ?? other) : other;
  };
  // Of several about one argument any counts (runc `libcontainer/seccomp`).
  const isEither = new Set(indexes).size < indexes.length;
  return isEither ? conditions.some(holds) : conditions.every(holds);
}

/** Null for a comparison that is not known, or with a number that is not. */
function compared({ op, value, valuetwo }: Record<string, unknown>, flags: bigint): boolean | null {
  const [first, second] = [wholeNumber(value), wholeNumber(valuetwo)];
  if (first === null || second === null) return null;
  switch (op) {
    case 'SCMP_CMP_EQ':
      return flags === first;
    case 'SCMP_CMP_NE':
      return flags !== first;
    case 'SCMP_CMP_LT':
      return flags < first;
    case 'SCMP_CMP_LE':
      return flags <= first;
    case 'SCMP_CMP_GE':
      return flags >= first;
    case 'SCMP_CMP_GT':
      return flags > first;
    case 'SCMP_CMP_MASKED_EQ':
      return (flags & first) === second;
    default:
      return null;
  }
}

/** 0 for what is not written, as the engine reads it; null for a number that JSON gives without its last digits. */
const wholeNumber = (written: unknown): bigint | null => {
  if (written === undefined || written === null) return 0n;
  return typeof written === 'number' && Number.isSafeInteger(written) ? BigInt(written) : null;
};
