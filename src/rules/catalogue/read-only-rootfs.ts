import { inspected } from '../evidence.ts';
import { defineRule } from '../rule.ts';

export const readOnlyRootfs = defineRule({
  id: 'read-only-rootfs',
  title: 'Container root filesystems are read-only',
  subject: 'container',
  severity: 'medium',
  controls: ['cis-1.6:5.13', 'cis-1.8:5.13'],
  rationale:
    'On a writable root filesystem an intruder can leave tools and change programs of the image.',
  remediation: 'Run with `--read-only`, and `--tmpfs` or a volume where the workload must write.',
  facet: 'writable-rootfs',
  needs: ['containers'],
  judge(container) {
    const evidence = [inspected('HostConfig.ReadonlyRootfs', container.hasReadonlyRootfs)];
    return container.hasReadonlyRootfs
      ? { verdict: 'pass', message: 'has a read-only root filesystem', evidence }
      : { verdict: 'fail', message: 'can write to its root filesystem', evidence };
  },
  examples: {
    pass: [{ container: { hasReadonlyRootfs: true } }],
    fail: [{ container: { hasReadonlyRootfs: false } }],
  },
});
