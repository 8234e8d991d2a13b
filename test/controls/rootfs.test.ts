import { bind } from '../../src/rules/example-facts.ts';
import { kernelMount } from '../../src/rules/example-kernel.ts';
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

it('leaves open what comes with a mount that was asked for, as the whole host', () => {
  const copy = kernelMount('/host/var/lib/docker/overlay2/a1/merged', { options: ['rw'] });
  const verdictOf = (more: KernelMount[], hasReadonlyRootfs = true) => {
    const container = { hasReadonlyRootfs, mounts: [bind('/', { destination: '/host' })] };
    const kernel = kernelFacts({ mounts: [kernelMount('/'), ...more] });
    return controlOf('rootfs', { container }, kernel).verdict;
  };

  expect(verdictOf([])).toBe('enforced');
  expect(verdictOf([copy])).toBe('unknown');
  expect(verdictOf([copy], false)).toBe('off');
  expect(verdictOf([copy, kernelMount('/mnt', { options: ['rw'] })])).toBe('not-enforced');
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
