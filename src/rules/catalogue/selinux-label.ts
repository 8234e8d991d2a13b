import { controlEvidence, judgeControl } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { labelled, privileged, running } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { type ExampleHost, notApplicable } from '../rule.ts';

export const selinuxLabel = controlRule({
  id: 'selinux-label',
  title: 'Containers run under an SELinux label',
  severity: 'medium',
  pillar: 'controls',
  controls: ['cis-1.6:5.3', 'cis-1.8:5.3'],
  rationale:
    'The label keeps a container, even its root, away from the files of the host and of other containers.',
  remediation:
    'Drop `--security-opt label=disable`, `label=type:spc_t` and a `label=level` of more or fewer than two categories; mount volumes with `:z` or `:Z` where a label stands in the way. Docker’s engine uses SELinux only where `"selinux-enabled": true` stands in daemon.json.',
  fix: { words: 'Run {} under an SELinux label' },
  shownBy: ['selinux'],
  needs: ['engine'],
  consults: ['processes', 'kernel'],
  judge(held) {
    const { says, evidence, isByEngine } = held.given.selinux;
    if (isByEngine) {
      const seen = held.find('selinux');
      const label = seen?.effective ?? null;
      if (seen === undefined || label === null) return notApplicable(says, evidence);
      const shown = [...evidence, ...controlEvidence(seen)];
      return notApplicable(
        `${says}, though the kernel has it: its processes run as ${[label].flat().join(', ')}`,
        shown,
      );
    }
    return judgeControl(held, 'selinux', {
      holds: 'is held by its SELinux label',
      fails:
        'has an SELinux label that confines nothing, that nobody enforces, or that does not keep it from all others',
    });
  },
  examples: {
    pass: [
      confined({ processLabel: 'system_u:system_r:container_t:s0:c12,c345' }),
      confined({ processLabel: 'system_u:system_r:container_t' }),
    ],
    fail: [
      confined({ processLabel: '' }),
      confined({ isSelinuxLabelDisabled: true }),
      confined({ seccomp: 'unconfined', processLabel: '' }),
      confined({ noNewPrivileges: false, processLabel: '' }),
      confined({ processLabel: 'system_u:system_r:spc_t:s0' }),
      confined({ processLabel: 'system_u:system_r:unconfined_t:s0' }),
      confined({ processLabel: 'system_u:system_r:container_t:s0:c0.c1023' }),
      confined({ processLabel: 'system_u:system_r:container_t:s0' }),
      confined(privileged),
      {
        ...confined({ processLabel: 'system_u:system_r:container_t:s0:c12,c345' }),
        kernel: kernelSays([kernelProcess({ label: 'unconfined_u:unconfined_r:unconfined_t:s0' })]),
      },
    ],
    unknown: [
      confined({ processLabel: 'system_u:system_r:our_own_t:s0' }),
      confined({ processLabel: 'system_u:system_r:container_t:SystemHigh' }),
    ],
    'not-applicable': [
      // Docker's own packages leave it off.
      listed('system_u:system_r:spc_t:s0'),
      listed('docker-default (enforce)'),
      listed(''),
      { engine: { hasAppArmor: true } },
      { engine: { hasSelinux: false } },
      { container: { isSelinuxLabelDisabled: true } },
      { container: { isSelinuxLabelDisabled: true }, engine: { hasAppArmor: true } },
    ],
  },
});

/** A container of an engine without it, with the label that the host's `ps` shows. */
function listed(label: string): ExampleHost {
  return { processes: running(['web', 1000]).map((own) => labelled(own, label)) };
}

/** A container on an engine with SELinux. */
function confined(container: Required<ExampleHost>['container']): ExampleHost {
  return { container, engine: { hasSelinux: true } };
}
