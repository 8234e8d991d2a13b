import { judgeControl } from '../control-evidence.ts';
import { privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, notApplicable } from '../rule.ts';

export const selinuxLabel = defineRule({
  id: 'selinux-label',
  title: 'Containers run under an SELinux label',
  subject: 'container',
  severity: 'medium',
  pillar: 'controls',
  controls: ['cis-1.6:5.3', 'cis-1.8:5.3'],
  rationale:
    'The label keeps a container, even its root, away from the files of the host and of other containers.',
  remediation:
    'Drop `--security-opt label=disable` and `label=type:spc_t`; mount volumes with `:z` or `:Z` where a label stands in the way.',
  fix: { words: 'Run {} under an SELinux label' },
  shownBy: ['selinux'],
  needs: ['containers', 'engine'],
  consults: ['processes', 'kernel'],
  judge({ id }, _facts, { controlsOf }) {
    const { says, evidence, isByEngine } = controlsOf(id).given('selinux');
    if (isByEngine) return notApplicable(says, evidence);
    return judgeControl(controlsOf(id), 'selinux', {
      holds: 'is held by its SELinux label',
      fails: 'has an SELinux label that confines nothing, or that nobody enforces',
    });
  },
  examples: {
    pass: [
      {
        container: { processLabel: 'system_u:system_r:container_t:s0:c12,c345' },
        engine: { hasSelinux: true },
      },
    ],
    fail: [
      { container: { processLabel: '' }, engine: { hasSelinux: true } },
      { container: { isSelinuxLabelDisabled: true }, engine: { hasSelinux: true } },
      { container: { seccomp: 'unconfined', processLabel: '' }, engine: { hasSelinux: true } },
      {
        container: { noNewPrivileges: false, processLabel: '' },
        engine: { hasSelinux: true },
      },
      ...['spc_t', 'unconfined_t'].map((type) => ({
        container: { processLabel: `system_u:system_r:${type}:s0` },
        engine: { hasSelinux: true },
      })),
      { container: privileged, engine: { hasSelinux: true } },
      {
        container: { processLabel: 'system_u:system_r:container_t:s0:c12,c345' },
        engine: { hasSelinux: true },
        kernel: kernelSays([kernelProcess({ label: 'unconfined_u:unconfined_r:unconfined_t:s0' })]),
      },
    ],
    unknown: [
      {
        container: { processLabel: 'system_u:system_r:our_own_t:s0' },
        engine: { hasSelinux: true },
      },
    ],
    'not-applicable': [
      { engine: { hasSelinux: false } },
      { container: { isSelinuxLabelDisabled: true }, engine: { hasSelinux: false } },
    ],
  },
});
