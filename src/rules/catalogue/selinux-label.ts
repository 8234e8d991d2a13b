import type { ContainerFacts } from '../../snapshot/facts/container.ts';
import type { EngineFacts } from '../../snapshot/facts/engine.ts';
import { stricterWithControl } from '../control-evidence.ts';
import { engineInfo, inspected } from '../evidence.ts';
import { privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, type Judgement } from '../rule.ts';

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
  consults: ['processes', 'kernel'],
  judge(container, { engine }, { controlsOf }) {
    const judged = byConfiguration(container, engine);
    if (!engine.hasSelinux) return judged;
    return stricterWithControl(judged, controlsOf(container.id), 'selinux', {
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
      {
        container: { processLabel: 'system_u:system_r:spc_t:s0' },
        engine: { hasSelinux: true },
      },
      { container: privileged, engine: { hasSelinux: true } },
      {
        container: { processLabel: 'system_u:system_r:container_t:s0:c12,c345' },
        engine: { hasSelinux: true },
        kernel: kernelSays([kernelProcess({ label: 'unconfined_u:unconfined_r:unconfined_t:s0' })]),
      },
    ],
    'not-applicable': [
      { engine: { hasSelinux: false } },
      { container: { isSelinuxLabelDisabled: true }, engine: { hasSelinux: false } },
    ],
  },
});

function byConfiguration(container: ContainerFacts, engine: EngineFacts): Judgement {
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
}
