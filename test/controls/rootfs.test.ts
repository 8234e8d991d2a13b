import { bind, namedVolume } from '../../src/rules/example-facts.ts';
import { kernelMount } from '../../src/rules/example-kernel.ts';
import type { MountFact } from '../../src/snapshot/facts/container.ts';
import type { KernelMount } from '../../src/snapshot/facts/kernel.ts';
import { controlOf, kernelFacts } from '../support/control-facts.ts';

it.each<[string, KernelMount[], string]>([
  ['no copy', [], 'enforced'],
  ['a copy that can be written', [kernelMount('/mnt', { options: ['rw'] })], 'not-enforced'],
  ['a copy to be read', [kernelMount('/mnt')], 'enforced'],
  ['a part', [kernelMount('/etc', { root: '/etc', options: ['rw'] })], 'not-enforced'],
  ['another', [kernelMount('/mnt', { device: '0:43', options: ['rw'] })], 'enforced'],
])('with %s of the root filesystem it is as read-only as that', (_title, more, verdict) => {
  const mounts = [kernelMount('/'), ...more];

  expect(
    controlOf('rootfs', { container: { hasReadonlyRootfs: true } }, kernelFacts({ mounts })),
  ).toMatchObject({ verdict });
});

describe('a copy that the engine itself has', () => {
  const writableAt = (target: string) => kernelMount(target, { options: ['rw'] });
  const copy = writableAt('/host/var/lib/docker/overlay2/a1/merged');
  const verdictOf = (
    mounts: MountFact[],
    copies: KernelMount[],
    hasReadonlyRootfs: boolean = true,
  ) => {
    const kernel = kernelFacts({ mounts: [kernelMount('/'), ...copies] });
    return controlOf('rootfs', { container: { hasReadonlyRootfs, mounts } }, kernel).verdict;
  };

  it('leaves open a root that a mount of the host brings along', () => {
    const host = [bind('/', { destination: '/host' })];

    expect(verdictOf(host, [])).toBe('enforced');
    expect(verdictOf(host, [copy])).toBe('unknown');
    expect(verdictOf(host, [copy], false)).toBe('off');
    expect(verdictOf(host, [copy, writableAt('/mnt')])).toBe('not-enforced');
    const part = [bind('/var/lib/docker/overlay2', { destination: '/layers' })];
    expect(verdictOf(part, [writableAt('/layers/a1/merged')])).toBe('unknown');
  });

  it('is none that somebody made below a mount', () => {
    const volume = namedVolume('data', '/data');

    expect(verdictOf([volume], [writableAt('/data/r')])).toBe('not-enforced');
    expect(verdictOf([bind('/srv')], [writableAt('/mnt/r')])).toBe('not-enforced');
    const host = bind('/', { destination: '/host' });
    expect(verdictOf([host], [writableAt('/host/r')])).toBe('not-enforced');
    // What is mounted over a part of it counts there.
    const over = namedVolume('data', '/host/var/lib/docker');
    expect(verdictOf([over, host], [copy])).toBe('not-enforced');
    expect(verdictOf([host, over], [copy])).toBe('not-enforced');
  });
});

it('is read-only beside a volume in another subvolume of its filesystem', () => {
  const root = '/docker/btrfs/subvolumes/a1';
  const mounts = [
    kernelMount('/', { root, superOptions: [`subvol=${root}`] }),
    kernelMount('/data', {
      root: '/docker/volumes/v/_data',
      superOptions: ['subvol=/'],
      options: ['rw'],
    }),
  ];
  const container = { hasReadonlyRootfs: true };

  expect(controlOf('rootfs', { container }, kernelFacts({ mounts })).verdict).toBe('enforced');
});
