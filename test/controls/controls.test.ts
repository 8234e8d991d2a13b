import fc from 'fast-check';
import { type Control, type ControlName, controlNames } from '../../src/controls/control.ts';
import { controlFacts } from '../../src/controls/control-facts.ts';
import { controlsOf, reachableFrom } from '../../src/controls/controls-of.ts';
import {
  bind,
  capabilities,
  imageSearched,
  namedUser,
  privileged,
  running,
  setUidFile,
} from '../../src/rules/example-facts.ts';
import { kernelProcess, kernelMount as mount } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { KernelMount } from '../../src/snapshot/facts/kernel.ts';
import type { ImageSetUid } from '../../src/snapshot/facts/set-uid.ts';
import { allCapabilities } from '../../src/snapshot/normalise/capabilities.ts';
import { arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';
import {
  containerId,
  controlOf,
  factsOf,
  kernelFacts,
  rootUids,
} from '../support/control-facts.ts';

const everything = [...allCapabilities].sort();
const sets = (names: string[]) => ({
  inheritable: [],
  permitted: names,
  effective: names,
  bounding: names,
  ambient: [],
});
const verdictOf = ({ source, verdict }: Control) => [source, verdict];
const fromKernel = [
  'cap-effective',
  'cap-permitted',
  'cap-bounding',
  'cap-ambient',
  'no-new-privileges',
  'seccomp',
] as const satisfies ControlName[];

it('shows every control once, in order', () => {
  expect(controlsOf(factsOf({})).map(({ control }) => control)).toEqual(controlNames);
});

it('measures nothing that only the kernel tells when nobody asked the kernel', () => {
  fc.assert(
    fc.property(arbitrarySnapshot, (snapshot) => {
      const facts = controlFacts({ ...snapshot, kernel: unread('not asked') });
      if (facts.state === 'unread') return;
      for (const control of facts.value.flatMap(controlsOf)) {
        const isOfKernel = fromKernel.some((name) => name === control.control);
        if (isOfKernel) expect(control.source).not.toBe('measured');
        if (control.source !== 'measured') expect(control.verdict).not.toBe('enforced');
        if (control.verdict === 'unknown') expect(control.note).not.toBeNull();
      }
    }),
  );
});

it.each<[string, ControlName, ExampleHost, string]>([
  ['privileged', 'seccomp', { container: privileged }, 'not-enforced'],
  ['privileged', 'cap-bounding', { container: privileged }, 'off'],
  [
    'privileged, everything dropped',
    'cap-bounding',
    { container: { ...privileged, droppedCapabilities: ['ALL'] } },
    'not-enforced',
  ],
  ['everything added', 'cap-bounding', { container: capabilities(['ALL']) }, 'off'],
  ['unconfined', 'seccomp', { container: { seccomp: 'unconfined' } }, 'off'],
  ['a profile that allows all', 'seccomp', { container: { seccomp: 'allows-everything' } }, 'off'],
  [
    'unconfined by the engine',
    'seccomp',
    { engine: { seccompProfile: 'unconfined', hasLiveRestore: false } },
    'off',
  ],
  ['nothing said', 'no-new-privileges', { container: { noNewPrivileges: null } }, 'off'],
  ['unmasked', 'masked-paths', { container: { maskedPaths: [] } }, 'off'],
  ['writable', 'rootfs', { container: { hasReadonlyRootfs: false } }, 'off'],
  ['devices by their folder', 'devices', { container: { mounts: [bind('/dev')] } }, 'off'],
  ['a device rule', 'devices', { container: { deviceCgroupRules: ['b 8:* rwm'] } }, 'off'],
])('predicts of %s that %s is weak', (_what, name, example, verdict) => {
  expect(verdictOf(controlOf(name, example))).toEqual(['predicted', verdict]);
});

it.each<[string, ControlName, ExampleHost]>([
  ['a hardened container', 'seccomp', { engine: { hasLiveRestore: false } }],
  ['a hardened container', 'no-new-privileges', {}],
  ['a hardened container', 'cap-effective', {}],
  ['a hardened container', 'rootfs', {}],
  ['a hardened container', 'cpu-limit', {}],
])('leaves of %s unknown whether %s holds', (_what, name, example) => {
  expect(verdictOf(controlOf(name, example))).toEqual(['predicted', 'unknown']);
});

it.each<[string, ExampleHost]>([
  ['live restore may have kept it', { engine: { hasLiveRestore: true } }],
  [
    'the engine may honour a profile beside --privileged',
    { container: { ...privileged, seccomp: 'custom' }, engine: { version: '28.0.0' } },
  ],
  ['the runtime is another', { container: { runtime: 'runsc' } }],
  ['it is not running', { container: { pid: null, state: 'exited' } }],
])('predicts nothing of seccomp when %s', (_why, example) => {
  expect(controlOf('seccomp', example)).toMatchObject({ source: 'unknown', effective: null });
});

describe('what the kernel says', () => {
  it('counts, whatever the configuration says', () => {
    const weak = kernelFacts({
      processes: [
        kernelProcess({
          seccompMode: 0,
          hasNoNewPrivileges: false,
          capabilities: sets(everything),
        }),
      ],
    });

    for (const name of ['seccomp', 'no-new-privileges', 'cap-bounding'] as const) {
      expect(verdictOf(controlOf(name, {}, weak))).toEqual(['measured', 'not-enforced']);
    }
    expect(controlOf('seccomp', {}, weak)).toMatchObject({
      configured: 'builtin',
      effective: 'off',
    });
  });

  it('is enforced when it is as strong as configured', () => {
    for (const name of fromKernel) {
      expect(verdictOf(controlOf(name, {}, kernelFacts()))).toEqual(['measured', 'enforced']);
    }
  });

  it('may be more than the configuration asks for, where the next process has it too', () => {
    const example = { container: { ...privileged, user: namedUser('1000', 1000) } };

    expect(controlOf('cap-effective', example, kernelFacts())).toMatchObject({
      effective: [],
      verdict: 'enforced',
    });
    expect(controlOf('cap-bounding', example, kernelFacts())).toMatchObject({ verdict: 'off' });
    const asRoot = { container: { ...privileged, user: namedUser('', 0) } };
    expect(controlOf('cap-effective', asRoot, kernelFacts())).toMatchObject({
      effective: [],
      verdict: 'off',
    });
  });

  it('holds no seccomp profile where the kernel offers none, whatever is asked for', () => {
    const example = {
      container: { seccomp: 'custom' as const },
      engine: { seccompProfile: null },
    };

    expect(controlOf('seccomp', example)).toMatchObject({
      effective: 'off',
      verdict: 'not-enforced',
    });
  });

  it('tells a filter from a filter that forbids nothing', () => {
    const example = { container: { seccomp: 'allows-everything' as const } };

    expect(controlOf('seccomp', example, kernelFacts())).toMatchObject({
      effective: 'filter that forbids nothing',
      verdict: 'off',
    });
  });

  it('is of every process, not of the first alone', () => {
    const sibling = kernelProcess({ pid: 4300, uids: rootUids, capabilities: sets(['CAP_CHOWN']) });
    const kernel = kernelFacts({ processes: [kernelProcess(), sibling] });

    expect(controlOf('user', {}, kernel)).toMatchObject({
      effective: [0, 1000],
      verdict: 'not-enforced',
    });
    expect(controlOf('cap-effective', {}, kernel)).toMatchObject({
      effective: ['CAP_CHOWN'],
      verdict: 'not-enforced',
    });
  });

  it('calls a privileged container unlimited though the engine itself lacks a capability', () => {
    const cut = everything.filter((name) => name !== 'CAP_SYS_RESOURCE');
    const kernel = kernelFacts({ processes: [kernelProcess({ capabilities: sets(cut) })] });

    expect(controlOf('cap-bounding', { container: privileged }, kernel)).toMatchObject({
      effective: cut,
      verdict: 'off',
    });
  });

  it('calls every capability but one weakened, whoever runs beside it', () => {
    const cut = everything.filter((name) => name !== 'CAP_CHOWN');
    const container = {
      user: namedUser('', 0),
      addedCapabilities: ['ALL'],
      configuredCapabilities: cut,
    };
    const kernel = kernelFacts({ processes: [kernelProcess({ capabilities: sets(cut) })] });

    expect(controlOf('cap-effective', { container }, kernel)).toMatchObject({
      verdict: 'weakened',
    });
  });

  it('counts what the next process gets beside what this one gave up', () => {
    const container = {
      user: namedUser('', 0),
      addedCapabilities: ['CAP_SYS_ADMIN'],
      configuredCapabilities: ['CAP_CHOWN', 'CAP_SYS_ADMIN'],
      seccomp: 'unconfined' as const,
      noNewPrivileges: false,
    };
    const kernel = kernelFacts({
      processes: [kernelProcess({ capabilities: sets([]), seccompMode: 2 })],
    });

    for (const control of ['cap-effective', 'cap-bounding'] as const) {
      expect(controlOf(control, { container }, kernel)).toMatchObject({ verdict: 'weakened' });
    }
    expect(controlOf('seccomp', { container }, kernel)).toMatchObject({
      effective: 'filter',
      verdict: 'off',
      note: 'its processes loaded a filter themselves; the next one that is started has none',
    });
    expect(controlOf('no-new-privileges', { container }, kernel)).toMatchObject({ verdict: 'off' });
  });

  it('tells devices that it has mounted and nobody asked for from those of the configuration', () => {
    const mounts = [mount('/'), mount('/x', { filesystem: 'devtmpfs', root: '/sda' })];
    const found = (container: Partial<ContainerFacts>) =>
      controlOf('devices', { container }, kernelFacts({ mounts }));

    expect(found({})).toMatchObject({
      configured: [],
      effective: ['/dev/sda'],
      source: 'measured',
      at: '2026-01-02T00:00:01Z',
      verdict: 'not-enforced',
      evidence: '/proc/PID/mountinfo',
    });
    expect(found({ devices: ['/dev/fuse'] })).toMatchObject({
      configured: ['/dev/fuse'],
      effective: ['/dev/fuse', '/dev/sda'],
      verdict: 'off',
    });
    expect(found({ devices: ['/dev/sda'] })).toMatchObject({ source: 'predicted', verdict: 'off' });
    expect(found(privileged)).toMatchObject({ configured: ['all'], source: 'predicted' });
  });

  it('takes a saved uid of 0 for root, and a group 0 for that of root', () => {
    const ids = { real: 1000, effective: 1000, saved: 0, filesystem: 1000 };
    const kernel = kernelFacts({
      processes: [kernelProcess({ uids: ids, gids: ids, groups: [] })],
    });
    const container = { user: { declared: '1000:1000', uid: 1000, reason: null } };

    expect(controlOf('user', { container }, kernel)).toMatchObject({ verdict: 'not-enforced' });
    expect(controlOf('groups', { container }, kernel)).toMatchObject({ verdict: 'not-enforced' });
  });

  it('does not acquit a user whose number nobody knows', () => {
    const container = { user: { declared: 'toor', uid: null, reason: 'no passwd' } };

    expect(controlOf('user', { container }, kernelFacts())).toMatchObject({
      verdict: 'unknown',
      note: 'whether toor is root was not read: no passwd',
    });
  });

  it('names what stays writable beside a read-only root', () => {
    const rw = { options: ['rw'], filesystem: 'tmpfs', device: '0:50' };
    const mounts = [
      mount('/'),
      mount('/proc', { ...rw, filesystem: 'proc' }),
      mount('/dev', rw),
      mount('/dev/shm', { ...rw, options: ['rw', 'noexec'] }),
      mount('/vol', { ...rw, filesystem: 'ext4' }),
    ];

    expect(controlOf('rootfs', {}, kernelFacts({ mounts }))).toMatchObject({
      effective: 'read-only',
      verdict: 'enforced',
      note: 'still writable: /dev, /dev/shm (noexec), /vol',
    });
  });

  describe('of masks that the engine makes on this kernel', () => {
    const masked = mount('/proc/kcore', { root: '/null', filesystem: 'tmpfs' });
    const keys = mount('/proc/keys', { root: '/null', filesystem: 'tmpfs' });
    const controlWith = (mounts: KernelMount[], maskedPaths: string[] | null = null) => {
      const facts = factsOf({ container: { maskedPaths } }, kernelFacts({ mounts }));
      return controlsOf({ ...facts, ordinaryMounts: [masked, keys] }).find(
        ({ control }) => control === 'masked-paths',
      );
    };

    it('misses one, and knows nothing where nobody saw them', () => {
      expect(controlWith([mount('/')])).toMatchObject({ verdict: 'not-enforced', effective: [] });
      expect(controlWith([mount('/'), masked])).toMatchObject({
        verdict: 'not-enforced',
        note: 'open although asked for: /proc/keys',
      });
      expect(controlWith([mount('/'), masked, keys])).toMatchObject({ verdict: 'enforced' });
      const mounts = [mount('/'), masked, keys];
      expect(controlOf('masked-paths', {}, kernelFacts({ mounts }))).toMatchObject({
        verdict: 'unknown',
        effective: ['/proc/kcore', '/proc/keys'],
      });
    });

    it('calls a list that leaves one out weakened', () => {
      expect(controlWith([mount('/'), masked], ['/proc/kcore'])).toMatchObject({
        verdict: 'weakened',
      });
    });

    it('takes what nothing of the kernel shows for covered', () => {
      const proc = mount('/proc', { filesystem: 'proc' });
      const empty = mount('/proc', { filesystem: 'tmpfs' });
      const elsewhere = mount('/x', { filesystem: 'proc' });

      expect(controlWith([mount('/'), proc, empty])).toMatchObject({ verdict: 'enforced' });
      expect(controlWith([mount('/'), proc, empty, elsewhere])).toMatchObject({
        verdict: 'not-enforced',
        note: expect.stringContaining('open by /x'),
      });
    });

    it('sees that a later mount over /proc hides them all', () => {
      const over = mount('/proc', { filesystem: 'proc' });

      expect(controlWith([mount('/'), masked, keys, over])).toMatchObject({
        verdict: 'not-enforced',
        effective: [],
      });
    });
  });

  it('takes the folder of cgroup v1 for no mask', () => {
    const mounts = [mount('/'), mount('/sys/fs/cgroup', { filesystem: 'tmpfs' })];

    expect(controlOf('masked-paths', {}, kernelFacts({ mounts }))).toMatchObject({
      effective: [],
    });
  });

  it('is unknown for a container that could not be confirmed', () => {
    const control = controlOf('cap-effective', {}, unread('its process id was given to another'));

    expect(verdictOf(control)).toEqual(['predicted', 'unknown']);
  });
});

describe('users', () => {
  const remapping = { engine: { remapsUsers: true }, container: { user: namedUser('', 0) } };
  const map = [{ inside: 0, outside: 500_000, count: 65_536 }];
  const remapped = kernelProcess({
    uids: { real: 500_000, effective: 500_000, saved: 500_000, filesystem: 500_000 },
  });

  it('that the host maps away are root inside still, in a namespace of their own', () => {
    const kernel = kernelFacts({ uidMap: map, processes: [remapped] });

    expect(controlOf('user', remapping, kernel)).toMatchObject({ verdict: 'off' });
    expect(controlOf('user-namespace', remapping, kernel)).toMatchObject({
      verdict: 'enforced',
      effective: ['0 500000 65536'],
    });
  });

  it('are unknown as long as nobody read the map', () => {
    const processes = running(['web', 500_000]);
    const verdictFor = (user: number) =>
      controlOf('user', {
        ...remapping,
        container: { user: namedUser(String(user), user) },
        processes,
      });

    expect(verdictFor(1000)).toMatchObject({ verdict: 'unknown', effective: [500_000] });
    // Who asks for root asks for nothing that a map could take away.
    expect(verdictFor(0)).toMatchObject({ verdict: 'off', effective: [500_000] });
  });

  it('are known by the folder that the engine names by the numbers of their root', () => {
    const engine = { remapsUsers: true, dataRoot: '/var/lib/docker/500000.500000' };
    const verdictFor = (...uids: number[]) => {
      const processes = running(...uids.map((uid): [string, number] => ['web', uid]));
      return controlOf('user', {
        engine,
        container: { user: namedUser('1000', 1000) },
        processes,
      }).verdict;
    };

    expect(verdictFor(501_000)).toBe('enforced');
    expect(verdictFor(501_000, 500_000)).toBe('not-enforced');
  });

  it('that are root by another name are root', () => {
    const example = { container: { user: namedUser('app', 0) }, processes: running(['web', 0]) };

    expect(controlOf('user', example)).toMatchObject({ effective: [0], verdict: 'off' });
  });
});

describe('limits', () => {
  const withLimits = (memoryBytes: number | null, pids: number | null) => {
    const facts = factsOf({ engine: { memoryBytes: 8_000_000_000 } });
    return controlsOf({
      ...facts,
      limits: read({ memoryBytes: read(memoryBytes), pids: read(pids) }),
    });
  };
  const limit = (found: readonly Control[], name: ControlName) =>
    found.find(({ control }) => control === name);

  it('that the host lifted do not hold', () => {
    const found = withLimits(8_000_000_000, null);

    expect(limit(found, 'memory-limit')).toMatchObject({
      effective: null,
      verdict: 'not-enforced',
    });
    expect(limit(found, 'pids-limit')).toMatchObject({ effective: null, verdict: 'not-enforced' });
  });

  it('that hold are enforced, tighter ones too', () => {
    const found = withLimits(33_554_432, 10);

    expect(limit(found, 'memory-limit')).toMatchObject({ verdict: 'enforced' });
    expect(limit(found, 'pids-limit')).toMatchObject({ verdict: 'enforced' });
  });
});

it('tells of commands with more power than the container', () => {
  const facts = factsOf({});
  const sessions = [{ id: 'e1', isPrivileged: true, user: '0', pid: 5 }];
  const found = controlsOf({ ...facts, execs: read(sessions) });

  expect(found.find(({ control }) => control === 'exec-sessions')).toMatchObject({
    effective: ['as 0, privileged'],
    verdict: 'not-enforced',
  });
});

it('says what can be reached by a set-uid file, unless no-new-privileges shuts it', () => {
  const bounding = { ...sets([]), bounding: ['CAP_CHOWN', 'CAP_SYS_ADMIN'] };
  const open = kernelFacts({
    containerId,
    processes: [kernelProcess({ hasNoNewPrivileges: false, capabilities: bounding })],
  });

  const found = controlsOf(factsOf({}, open));
  const byImage = (known: ImageSetUid[]) => reachableFrom(found, { id: 'sha256:1111', known });

  expect(byImage([])).toEqual({
    capabilities: ['CAP_CHOWN', 'CAP_SYS_ADMIN'],
    needs: expect.stringContaining('(of its image it is unknown: the files of its image were not'),
  });
  expect(byImage(imageSearched([setUidFile('/usr/bin/su')]))?.needs).toBe(
    'a file with set-uid root in its image: /usr/bin/su',
  );
  const notRoot = setUidFile('/usr/bin/at', { uid: 1 });
  expect(byImage(imageSearched([notRoot]))?.needs).toMatch(
    /^a file with set-uid root in a volume;/,
  );
  const unseen = [{ path: '/srv', reason: 'something is mounted at /srv' }];
  expect(byImage(imageSearched([], unseen))?.needs).toContain('/srv was not seen whole');
  const image = { id: 'sha256:1111', known: [] };
  expect(reachableFrom(controlsOf(factsOf({}, kernelFacts())), image)).toBeNull();
});
