import { judgeControl } from '../control-evidence.ts';
import { privileged } from '../example-facts.ts';
import { defineRule } from '../rule.ts';

export const selinuxLabel = defineRule({
  id: 'selinux-label',
  title: 'Containers run under an SELinux label',
  subject: 'container',
  severity: 'medium',
  pillar: 'controls',
  controls: ['cis-1.6:5.3', 'cis-1.8:5.3'],
  rationale:
    'The label keeps a container away from the files of the host and of other containers, also for root.',
  remediation:
    'Drop `--security-opt label=disable` and `label=type:spc_t`; mount volumes with `:z` or `:Z` where a label stands in the way.',
  fix: { words: 'Run {} under an SELinux label' },
  shownBy: ['selinux'],
  needs: ['containers', 'engine'],
  consults: ['processes', 'kernel'],
  judge({ id }, _facts, { controlsOf }) {
    const { says, evidence, isByEngine } = controlsOf(id).given('selinux');
    if (isByEngine) return { verdict: 'not-applicable', reason: says, evidence };
    return judgeControl(controlsOf(id), 'selinux', {
      holds: 'runs under a confining SELinux label, says the kernel',
      fails: 'runs processes that no SELinux label holds back, says the kernel',
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
      {
        container: { processLabel: 'system_u:system_r:spc_t:s0' },
        engine: { hasSelinux: true },
      },
      { container: privileged, engine: { hasSelinux: true } },
    ],
    'not-applicable': [
      { engine: { hasSelinux: false } },
      { container: { isSelinuxLabelDisabled: true }, engine: { hasSelinux: false } },
    ],
  },
});
