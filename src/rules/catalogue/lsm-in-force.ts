import { labelled, running } from '../example-facts.ts';
import { inForceRule } from '../in-force-rule.ts';

export const lsmInForce = inForceRule({
  id: 'lsm-in-force',
  title: 'An AppArmor or SELinux profile that a container names is really in force',
  severity: 'medium',
  pillar: 'controls',
  controls: ['apparmor', 'selinux'],
  isOneEnough: true,
  what: 'a profile of AppArmor or SELinux',
  rationale:
    'If the kernel has no such module, an engine starts a container with any profile name, even one that does not exist. The profile then protects nothing.',
  remediation:
    'Boot the host with AppArmor or SELinux, and load the profile before the engine starts.',
  fix: { words: 'Put {} under the profile that it names' },
  examples: {
    pass: [
      {
        engine: { hasAppArmor: true },
        container: { appArmorProfile: 'docker-default' },
        processes: running(['web', 1000]).map((own) => labelled(own, 'docker-default (enforce)')),
      },
    ],
    fail: [
      { container: { askedAppArmorProfile: 'docker-default' } },
      { container: { askedSelinuxOptions: ['type:container_t'] } },
      {
        engine: { hasAppArmor: true },
        container: { appArmorProfile: 'docker-default' },
        processes: running(['web', 1000]).map((own) => labelled(own, 'unconfined')),
      },
    ],
    unknown: [{ engine: { hasAppArmor: true } }],
    'not-applicable': [
      {},
      {
        processes: running(['web', 1000]).map((own) =>
          labelled(own, 'system_u:system_r:our_own_t:s0'),
        ),
      },
      { container: { askedAppArmorProfile: 'unconfined' } },
    ],
  },
});
