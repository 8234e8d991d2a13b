import { judgeControl, unlessChanged } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { kernelMount, kernelProcess, kernelSays } from '../example-kernel.ts';

export const readOnlyRootfs = controlRule({
  id: 'read-only-rootfs',
  title: 'Container root filesystems are read-only',
  severity: 'medium',
  pillar: 'controls',
  controls: ['cis-1.6:5.13', 'cis-1.8:5.13'],
  rationale:
    'On a writable root filesystem an attacker can leave tools and change programs of the image.',
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
  consults: ['kernel'],
  judge(held) {
    const judged = judgeControl(held, 'rootfs', {
      holds: 'has its root filesystem mounted read-only',
      fails: 'has its root filesystem mounted writable',
    });
    return unlessChanged(held, 'mounts', judged);
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
