import { assess } from '../../src/assessment/assess.ts';
import { NO_NAMESPACES } from '../../src/controls/control-facts.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { noUnmaskedSystemPath } from '../../src/rules/catalogue/no-unmasked-system-path.ts';
import { bind, running } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import {
  kernelMount,
  kernelProcess,
  kernelSays,
  maskOver,
  readonlyOver,
} from '../../src/rules/example-kernel.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { read } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { KernelMount } from '../../src/snapshot/facts/kernel.ts';
import { controlOf, kernelFacts } from '../support/control-facts.ts';

// Lists of moby's `oci/defaults.go`: of 18.09, and of 28.1 with what came since.
const OLD_MASKED = [
  ...['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list'],
  ...['/proc/timer_stats', '/proc/sched_debug', '/proc/scsi', '/sys/firmware'],
];
const NEW_MASKED = [
  ...OLD_MASKED,
  ...['/proc/asound', '/proc/interrupts', '/sys/devices/virtual/powercap'],
  '/sys/devices/system/cpu/cpu0/thermal_throttle',
];
const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

type Lists = Pick<ContainerFacts, 'maskedPaths' | 'readonlyPaths'> &
  Partial<Pick<ContainerFacts, 'mounts'>>;

function judged(lists: Lists, mounts?: KernelMount[]) {
  const kernel = mounts && { kernel: kernelSays([], { mounts }) };
  const host = exampleSnapshot({ container: lists, ...kernel });
  const ordinaryMounts = [...OLD_MASKED.map(maskOver), ...READONLY.map(readonlyOver)];
  const assessment = assess(
    host.kernel.state === 'read'
      ? { ...host, kernel: read({ ...host.kernel.value, ordinaryMounts }) }
      : host,
  );
  const [result] = evaluate([noUnmaskedSystemPath], assessment, defaultPolicy);
  const controls = assessment.controls.get('c0ffee000001');
  return {
    verdict: result?.verdict,
    message: result?.message,
    masked: controls?.find('masked-paths')?.verdict,
    readonly: controls?.find('readonly-paths')?.verdict,
    opensSettings: controls?.privileges.openSettings,
  };
}

const without = (list: readonly string[], ...paths: string[]) =>
  list.filter((path) => !paths.includes(path));

it.each([
  ['an older engine', OLD_MASKED],
  ['a newer engine', NEW_MASKED],
])('the lists of %s are whole', (_title, maskedPaths) => {
  expect(judged({ maskedPaths, readonlyPaths: READONLY })).toEqual({
    verdict: 'pass',
    message: 'keeps the system paths masked',
    masked: 'unknown',
    readonly: 'unknown',
    opensSettings: null,
  });
});

it.each<[string, Lists, string]>([
  [
    'a mask',
    { maskedPaths: without(NEW_MASKED, '/proc/kcore', '/proc/keys'), readonlyPaths: READONLY },
    '/proc/kcore, /proc/keys',
  ],
  [
    'a read-only path',
    { maskedPaths: NEW_MASKED, readonlyPaths: without(READONLY, '/proc/sysrq-trigger') },
    '/proc/sysrq-trigger',
  ],
  [
    'a path of which only a part is kept',
    { maskedPaths: NEW_MASKED, readonlyPaths: [...without(READONLY, '/proc/sys'), '/proc/sys/vm'] },
    '/proc/sys',
  ],
])('a list that leaves out %s fails by its name', (_title, lists, paths) => {
  const { verdict, message, masked, readonly } = judged(lists);

  expect(verdict).toBe('fail');
  expect(message).toBe(`leaves system paths open: ${paths}`);
  expect(new Set([masked, readonly])).toEqual(new Set(['unknown', 'weakened']));
});

it('a path below a masked folder is masked', () => {
  expect(
    judged({ maskedPaths: ['/proc', '/sys/./firmware/'], readonlyPaths: ['/proc'] }).verdict,
  ).toBe('pass');
});

it('a path without a slash is one below the root of the container', () => {
  const bare = (paths: readonly string[]) => paths.map((path) => path.slice(1));

  expect(judged({ maskedPaths: bare(NEW_MASKED), readonlyPaths: bare(READONLY) })).toMatchObject({
    verdict: 'pass',
    opensSettings: null,
  });
});

it.each(['.', './', 'proc/..', '', '/'])('a path that is the root, %j, covers nothing', (root) => {
  const { verdict, opensSettings } = judged({ maskedPaths: [root], readonlyPaths: [root] });

  expect({ verdict, opensSettings }).toEqual({ verdict: 'fail', opensSettings: 'sure' });
});

it('settings of the kernel that are left out of the list are open', () => {
  const readonlyPaths = without(READONLY, '/proc/sys');

  expect(judged({ maskedPaths: NEW_MASKED, readonlyPaths }).opensSettings).toBe('sure');
  expect(
    judged({ maskedPaths: [...NEW_MASKED, '/proc/sys'], readonlyPaths }).opensSettings,
  ).toBeNull();
  // Nothing else below it names a program that the kernel starts.
  const opensBeside = (...kept: string[]) =>
    judged({ maskedPaths: NEW_MASKED, readonlyPaths: [...readonlyPaths, ...kept] }).opensSettings;
  const settings = ['core_pattern', 'modprobe', 'poweroff_cmd', 'hotplug'];
  // Of a module, which a host may load.
  const ofModule = '/proc/sys/fs/ocfs2/nm/hb_ctl_path';
  const paths = [...settings.map((name) => `/proc/sys/kernel/${name}`), ofModule];
  expect(opensBeside('/proc/sys/kernel', ofModule)).toBeNull();
  expect(opensBeside(...paths)).toBeNull();
  // Every host starts what the first two name, sooner or later.
  expect(paths.map((path) => opensBeside(...without(paths, path)))).toEqual([
    ...['sure', 'sure'],
    ...['unsure', 'unsure', 'unsure'],
  ]);
});

it('all of /proc read-only keeps the paths below it so', () => {
  const lists = { maskedPaths: OLD_MASKED, readonlyPaths: ['/proc'] };
  const proc = (options: string[]) => kernelMount('/proc', { filesystem: 'proc', options });
  const mounts = [kernelMount('/'), proc(['rw']), proc(['ro']), ...OLD_MASKED.map(maskOver)];

  expect(judged(lists, mounts)).toMatchObject({ verdict: 'pass', readonly: 'enforced' });
  expect(judged(lists, mounts.toSpliced(2, 1)).readonly).toBe('not-enforced');
});

it('what is masked is no open setting, as the kernel shows it', () => {
  const mounts = [maskOver('/proc/sys'), ...without(READONLY, '/proc/sys').map(readonlyOver)];

  expect(judged({ maskedPaths: NEW_MASKED, readonlyPaths: READONLY }, mounts)).toMatchObject({
    opensSettings: null,
  });
});

it('what the kernel shows open fails as well', () => {
  const lists = { maskedPaths: OLD_MASKED, readonlyPaths: READONLY };
  const covered = [kernelMount('/'), ...OLD_MASKED.map(maskOver), ...READONLY.map(readonlyOver)];
  const open = covered.filter(({ target }) => target !== '/proc/kcore');

  expect(judged(lists, covered)).toMatchObject({ verdict: 'pass', masked: 'enforced' });
  expect(judged(lists, open)).toMatchObject({
    verdict: 'fail',
    masked: 'not-enforced',
    message: 'covers less than an ordinary container: open although asked for: /proc/kcore',
  });
  const unasked = exampleSnapshot({ kernel: kernelSays([], { mounts: [kernelMount('/')] }) });
  const [result] = evaluate([noUnmaskedSystemPath], assess(unasked), defaultPolicy);
  expect(result?.message).toBe('covers less than an ordinary container: nothing is covered');
});

describe('another mount shows what is covered', () => {
  const lists = { maskedPaths: OLD_MASKED, readonlyPaths: READONLY };
  const covered = [
    kernelMount('/'),
    kernelMount('/proc', { filesystem: 'proc', options: ['rw'] }),
    ...OLD_MASKED.map(maskOver),
    ...READONLY.map(readonlyOver),
  ];
  const proc = (target: string, root = '/', options = ['rw']) =>
    kernelMount(target, { root, options, filesystem: 'proc' });
  const [enforced, broken] = ['enforced', 'not-enforced'];

  it.each<[string, KernelMount[], string | undefined, string | undefined]>([
    ['none', [], enforced, enforced],
    ['the whole of it', [proc('/mnt')], broken, broken],
    ['the whole of it to be read', [proc('/mnt', '/', ['ro'])], broken, enforced],
    ['one of it', [proc('/mnt', '/kcore')], broken, enforced],
    ['settings', [proc('/mnt', '/sys')], enforced, broken],
    ['settings at their place', [proc('/proc/sys/kernel', '/sys/kernel')], enforced, broken],
    ['objects', [kernelMount('/mnt', { filesystem: 'sysfs' })], broken, enforced],
    ['nothing of it', [proc('/mnt', '/uptime')], enforced, enforced],
    [
      'it with the same covers',
      [
        proc('/mnt', '/'),
        ...OLD_MASKED.map((path) => maskOver(path.replace('/proc', '/mnt'))),
        ...READONLY.map((path) => ({
          ...readonlyOver(path),
          target: path.replace('/proc', '/mnt'),
        })),
      ],
      enforced,
      enforced,
    ],
    ['it where something lies over', [proc('/mnt'), kernelMount('/mnt')], enforced, enforced],
  ])('%s', (_title, more, masked, readonly) => {
    expect(judged(lists, [...covered, ...more])).toMatchObject({ masked, readonly });
  });

  it('which was asked for, and is judged as a mount', () => {
    const asked = { ...lists, mounts: [bind('/proc', { destination: '/mnt' })] };

    expect(judged(asked, [...covered, proc('/mnt')])).toMatchObject({ masked: enforced });
  });

  describe('at the place where a program with another root looks for it', () => {
    const namespaces = { ...NO_NAMESPACES, mount: 7, user: 8 };
    const listed = (threads: number) =>
      running(['web', 1000], ['sh', 1000]).map((entry) => ({
        ...entry,
        facts:
          entry.facts.state === 'read'
            ? read(entry.facts.value.map((one) => ({ ...one, namespaces, threads })))
            : entry.facts,
      }));
    const mayChroot = ['CAP_SYS_CHROOT'];
    const [main, beside] = [kernelProcess(), kernelProcess({ pid: 4243 })];
    const own = { ...beside, uidMap: [{ inside: 0, outside: 1000, count: 1 }] };
    const judgedBeside = (
      more: KernelMount,
      { given = mayChroot, processes = [main, beside], threads = 1 } = {},
    ) => {
      const container = { configuredCapabilities: given, ...lists, mounts: [bind('/')] };
      const example = { container, processes: listed(threads) };
      const kernel = kernelFacts({ processes, mounts: [...covered, more] });
      return (['masked-paths', 'readonly-paths'] as const).map(
        (control) => controlOf(control, example, kernel, { ordinaryMounts: covered }).verdict,
      );
    };

    it.each<[string, KernelMount, string, string]>([
      ['all of it', proc('/mnt/proc'), 'unknown', 'unknown'],
      ['all of it, to be read', proc('/mnt/proc', '/', ['ro']), 'unknown', enforced],
      ['all of it, at another place', proc('/mnt/processes'), enforced, enforced],
      ['objects', kernelMount('/mnt/sys', { filesystem: 'sysfs' }), 'unknown', enforced],
      ['settings', proc('/mnt/proc/sys', '/sys'), enforced, 'unknown'],
      ['a masked file', proc('/mnt/proc/kcore', '/kcore'), 'unknown', enforced],
      [
        'a masked folder',
        kernelMount('/mnt/sys/firmware', { root: '/firmware', filesystem: 'sysfs' }),
        'unknown',
        enforced,
      ],
      ['a file of no account', proc('/mnt/proc/uptime', '/uptime'), enforced, enforced],
    ])('%s', (_title, mount, ...verdicts) => {
      expect(judgedBeside(mount)).toEqual(verdicts);
    });

    it.each<[string, Parameters<typeof judgedBeside>[1], string]>([
      ['another process', {}, 'unknown'],
      ['none but the main one', { processes: [main] }, enforced],
      ['a thread of the main one', { processes: [main], threads: 2 }, 'unknown'],
      ['nobody who may not', { given: [] }, enforced],
      ['who made users of its own', { given: [], processes: [main, own] }, 'unknown'],
    ])('by %s', (_title, by, verdict) => {
      expect(judgedBeside(proc('/mnt/proc'), by)).toEqual([verdict, verdict]);
    });
  });
});

it('takes no path through a folder that need not be there for a cover', () => {
  const by = (folder: string) => {
    const readonlyPaths = READONLY.map((path) => `${folder}/..${path}`);
    return judged({ maskedPaths: NEW_MASKED, readonlyPaths });
  };

  // A runtime that does not find the path covers nothing.
  expect(by('/gone')).toMatchObject({ verdict: 'fail', opensSettings: 'sure' });
  expect(by('/proc/gone/..')).toMatchObject({ verdict: 'fail' });
  expect(by('/proc')).toMatchObject({ verdict: 'pass', opensSettings: null });
});

it('takes no path for a cover that is longer than the kernel takes', () => {
  const by = (times: number) =>
    judged({
      maskedPaths: NEW_MASKED,
      readonlyPaths: READONLY.map((path) => `${'/proc/..'.repeat(times)}${path}`),
    });

  expect(by(500)).toMatchObject({ verdict: 'pass' });
  expect(by(512)).toMatchObject({ verdict: 'fail', opensSettings: 'sure' });
});
