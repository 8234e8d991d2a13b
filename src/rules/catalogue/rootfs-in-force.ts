import { kernelMount, kernelProcess, kernelSays } from '../example-kernel.ts';
import { inForceRule } from '../in-force-rule.ts';

export const rootfsInForce = inForceRule({
  id: 'rootfs-in-force',
  title: 'A read-only root filesystem is really read-only',
  severity: 'medium',
  pillar: 'controls',
  question: 'read-only-rootfs',
  controls: ['rootfs'],
  what: 'a read-only root filesystem',
  rationale:
    'Somebody who can change mounts may have made it writable again. An attacker can then leave files behind.',
  remediation: 'Recreate the container; take `SYS_ADMIN` away from what can reach its mounts.',
  fix: { words: 'Make the root filesystem of {} really read-only' },
  examples: {
    pass: [{ kernel: kernelSays([kernelProcess()]) }],
    fail: [
      {
        kernel: kernelSays([kernelProcess()], { mounts: [kernelMount('/', { options: ['rw'] })] }),
      },
    ],
    unknown: [{}],
    'not-applicable': [{ container: { hasReadonlyRootfs: false } }],
  },
});
