import { askedParent } from '../../controls/limit-controls.ts';
import { inspected, policySaid } from '../../snapshot/evidence.ts';
import { defineRule, fail, needsPolicy, pass } from '../rule.ts';

export const cgroupParentIntended = defineRule({
  id: 'cgroup-parent-intended',
  title: 'Container cgroup parents are the intended ones',
  subject: 'container',
  severity: 'low',
  pillar: 'isolation',
  controls: ['cis-1.6:5.25', 'cis-1.8:5.25'],
  rationale: 'A container that chooses its own cgroup escapes the limits that hold for all.',
  remediation:
    'Drop `--cgroup-parent`, or name the cgroup in `cgroupParents` of the policy where it is meant.',
  fix: { words: 'Put {} under an intended cgroup parent' },
  consults: ['engine'],
  judge(container, { engine }, { policy }) {
    const { cgroupParent } = container;
    const evidence = [inspected('HostConfig.CgroupParent', cgroupParent)];
    const asked = askedParent(container, engine.state === 'read' ? engine.value : null);
    if (asked === '') return pass("is under the engine's own cgroup", evidence);
    if (policy.cgroupParents === null) {
      return needsPolicy('cgroupParents', `whether ${cgroupParent} is intended`, evidence);
    }
    evidence.push(policySaid('policy.cgroupParents', policy.cgroupParents));
    return policy.cgroupParents.includes(cgroupParent)
      ? pass(`is under the accepted cgroup ${cgroupParent}`, evidence)
      : fail(`is under the cgroup ${cgroupParent}, not accepted`, evidence);
  },
  examples: {
    pass: [
      { container: { cgroupParent: '' } },
      {
        container: { cgroupParent: 'user.slice' },
        engine: { isPodman: true, isRootless: true },
      },
      { container: { cgroupParent: '/batch' }, policy: { cgroupParents: ['/batch'] } },
    ],
    fail: [
      { container: { cgroupParent: '/custom' }, policy: { cgroupParents: ['/batch'] } },
      { container: { cgroupParent: '/batch/x' }, policy: { cgroupParents: ['/batch'] } },
    ],
    unknown: [
      { container: { cgroupParent: '/custom' } },
      { container: { cgroupParent: 'user.slice' }, engine: { isPodman: true } },
      { container: { cgroupParent: 'user.slice' }, engine: { isRootless: true } },
    ],
  },
});
