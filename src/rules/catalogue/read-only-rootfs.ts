import { inspected } from '../../snapshot/evidence.ts';
import { stricterWithControl } from '../control-evidence.ts';
import { kernelMount, kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, type Judgement } from '../rule.ts';

export const readOnlyRootfs = defineRule({
  id: 'read-only-rootfs',
  title: 'Container root filesystems are read-only',
  subject: 'container',
  severity: 'medium',
  pillar: 'controls',
  controls: ['cis-1.6:5.13', 'cis-1.8:5.13'],
  rationale:
    'On a writable root filesystem an intruder can leave tools and change programs of the image.',
  remediation: 'Run with `--read-only`, and `--tmpfs` or a volume where the workload must write.',
  fix: {
    words: 'Make the root filesystem of {} read-only',
    change: () => ({
      run: 'add --read-only, and --tmpfs /tmp where it must write',
      compose: 'read_only: true',
    }),
  },
  facet: 'writable-rootfs',
  shownBy: ['rootfs'],
  needs: ['containers'],
  consults: ['kernel'],
  judge(container, _facts, { controlsOf }) {
    const evidence = [inspected('HostConfig.ReadonlyRootfs', container.hasReadonlyRootfs)];
    const judged: Judgement = container.hasReadonlyRootfs
      ? { verdict: 'pass', message: 'has a read-only root filesystem', evidence }
      : { verdict: 'fail', message: 'can write to its root filesystem', evidence };
    return stricterWithControl(judged, controlsOf(container.id), 'rootfs', {
      holds: 'has its root filesystem mounted read-only',
      fails: 'has its root filesystem mounted writable',
    });
  },
  examples: {
    pass: [{ container: { hasReadonlyRootfs: true } }],
    fail: [
      { container: { hasReadonlyRootfs: false }, kernel: kernelSays([kernelProcess()]) },
      { container: { hasReadonlyRootfs: false } },
      {
        container: { hasReadonlyRootfs: true },
        kernel: kernelSays([kernelProcess()], { mounts: [kernelMount('/', { options: ['rw'] })] }),
      },
    ],
  },
});
