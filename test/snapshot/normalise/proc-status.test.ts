import fc from 'fast-check';
import { OutsideError } from '../../../src/shared/errors.ts';
import { allCapabilities } from '../../../src/snapshot/normalise/capabilities.ts';
import {
  capabilitiesOfMask,
  hasEnded,
  livesOn,
  processOfStatus,
} from '../../../src/snapshot/normalise/proc-status.ts';
import { statusText } from '../../support/kernel-host.ts';

const cgroup = '0::/';
const statusWith = (status: Record<string, string>) => statusText(42, { cgroup, status });

it('is read as the kernel prints it', () => {
  const text = statusWith({
    Uid: '1000\t1001\t1002\t1003',
    Gid: '100\t101\t102\t103',
    Groups: '20 4 ',
    NSpid: '42\t7\t1',
    CapEff: '0000000000200001',
    NoNewPrivs: '1',
    Seccomp_filters: '3',
  });

  expect(processOfStatus(42, text)).toMatchObject({
    pid: 42,
    name: 'sleep',
    uids: { real: 1000, effective: 1001, saved: 1002, filesystem: 1003 },
    gids: { real: 100, effective: 101, saved: 102, filesystem: 103 },
    groups: [4, 20],
    capabilities: { inheritable: [], effective: ['CAP_CHOWN', 'CAP_SYS_ADMIN'], ambient: [] },
    hasNoNewPrivileges: true,
    seccompMode: 2,
    seccompFilters: 3,
    namespacePids: [42, 7, 1],
  });
});

it('has no groups and no count of filters where the kernel tells none', () => {
  const facts = processOfStatus(42, statusWith({ Groups: ' ', Seccomp_filters: '' }));

  expect(facts).toMatchObject({ groups: [], seccompFilters: null });
});

it.each<[string, Record<string, string>]>([
  ['NoNewPrivs is missing', { NoNewPrivs: '' }],
  ['Seccomp is missing', { Seccomp: '' }],
  ['it is not of it', { Pid: '43' }],
  ['CapBnd is not a mask', { CapBnd: 'all' }],
  ['Uid holds fewer than four ids', { Uid: '0\t0\t0' }],
  ['Groups holds no numbers', { Groups: 'wheel' }],
  ['Seccomp is not one number', { Seccomp: '2 0' }],
])('is refused when %s', (problem, status) => {
  const read = () => processOfStatus(42, statusWith(status));

  expect(read).toThrow(OutsideError);
  expect(read).toThrow(`/proc/42/status: ${problem}`);
});

it('is refused when a title stands twice or a line has none', () => {
  expect(() => processOfStatus(42, `Seccomp:\t2\n${statusWith({})}`)).toThrow('stands twice');
  expect(() => processOfStatus(42, `Name:\ta\nb\n${statusWith({})}`)).toThrow('has no title');
});

it('tells the name that a process gave itself, whatever it holds', () => {
  const written = (name: string) => name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  // The kernel escapes nothing else: `\r` and the like are text of a name.
  fc.assert(
    fc.property(fc.string(), (name) => {
      const text = statusText(42, { cgroup, name: written(name) });
      expect(processOfStatus(42, text).name).toBe(name);
    }),
    { examples: [['a\nSeccomp:\t2'], ['a\\nb'], [' x '], ['a:b']] },
  );
});

it('names every bit of a mask, also one that is not known yet', () => {
  expect(capabilitiesOfMask('000001ffffffffff')).toEqual(allCapabilities.toSorted());
  expect(capabilitiesOfMask('8000000000000000')).toEqual(['CAP_63']);
  expect(capabilitiesOfMask('0000000000000000')).toEqual([]);
  expect(capabilitiesOfMask('xyz')).toBeUndefined();
});

it('is that of an ended process until its parent asked for it', () => {
  expect(hasEnded(statusWith({ State: 'Z (zombie)' }))).toBe(true);
  expect(hasEnded(statusWith({ State: 'S (sleeping)', Name: 'a\\nState:\tZ (x)' }))).toBe(false);
});

it.each<[string, Record<string, string>, boolean]>([
  ['none, having ended', { State: 'Z (zombie)', Threads: '1' }, false],
  ['others than its first', { State: 'Z (zombie)', Threads: '2' }, true],
  ['none, being collected', { State: 'X (dead)', Threads: '0' }, false],
  ['all of several', { State: 'S (sleeping)', Threads: '12' }, false],
])('lives on in %s', (_title, lines, expected) => {
  expect(livesOn(statusWith(lines))).toBe(expected);
});
