import { engineInfo, inspected } from '../../snapshot/evidence.ts';
import { privileged } from '../example-facts.ts';
import { defineRule } from '../rule.ts';

/** The type that SELinux lets do nearly everything ("super privileged container"). */
const UNCONFINED_TYPE = 'spc_t';

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
  judge(container, { engine }) {
    const evidence = [
      engineInfo('SecurityOptions[name=selinux]', engine.hasSelinux),
      inspected('ProcessLabel', container.processLabel),
      inspected('HostConfig.SecurityOpt[label=disable]', container.isSelinuxLabelDisabled),
    ];
    if (!engine.hasSelinux) {
      return { verdict: 'not-applicable', reason: 'the host has no SELinux', evidence };
    }
    if (container.isSelinuxLabelDisabled) {
      return { verdict: 'fail', message: 'has its SELinux label disabled', evidence };
    }
    if (container.processLabel === '') {
      return { verdict: 'fail', message: 'has no SELinux label', evidence };
    }
    const type = container.processLabel.split(':')[2];
    return type === UNCONFINED_TYPE
      ? { verdict: 'fail', message: `runs under the unconfined SELinux type ${type}`, evidence }
      : { verdict: 'pass', message: 'is given a confining SELinux label', evidence };
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
