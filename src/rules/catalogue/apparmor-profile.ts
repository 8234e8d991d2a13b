import type { ContainerFacts } from '../../snapshot/facts/container.ts';
import type { EngineFacts } from '../../snapshot/facts/engine.ts';
import { stricterWithControl } from '../control-evidence.ts';
import { engineInfo, inspected } from '../evidence.ts';
import { privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, type Judgement } from '../rule.ts';

export const apparmorProfile = defineRule({
  id: 'apparmor-profile',
  title: 'Containers run under an AppArmor profile',
  subject: 'container',
  severity: 'medium',
  pillar: 'controls',
  controls: ['cis-1.6:5.2', 'cis-1.8:5.2'],
  rationale:
    'The profile still forbids mounting and writing to kernel files when another control has failed.',
  remediation:
    'Drop `--security-opt apparmor=unconfined`; the engine then applies `docker-default`, or name your own with `apparmor=<profile>`.',
  fix: {
    words: 'Run {} under an AppArmor profile',
    change: () => ({
      run: 'leave out --security-opt apparmor=unconfined',
      compose: 'remove apparmor=unconfined from security_opt',
    }),
  },
  facet: 'apparmor-off',
  shownBy: ['apparmor'],
  needs: ['containers', 'engine'],
  consults: ['processes', 'kernel'],
  judge(container, { engine }, { controlsOf }) {
    const judged = byConfiguration(container, engine);
    if (!engine.hasAppArmor) return judged;
    return stricterWithControl(judged, controlsOf(container.id), 'apparmor', {
      holds: 'is held by its AppArmor profile',
      fails:
        'names an AppArmor profile that forbids nothing: it only logs, confines nothing or is gone',
    });
  },
  examples: {
    pass: [
      { container: { appArmorProfile: 'docker-default' }, engine: { hasAppArmor: true } },
      { container: { appArmorProfile: 'web-profile' }, engine: { hasAppArmor: true } },
      {
        container: { appArmorProfile: 'web-profile' },
        engine: { hasAppArmor: true },
        kernel: kernelSays([kernelProcess({ label: 'web-profile (enforce)' })]),
      },
    ],
    fail: [
      { container: { appArmorProfile: 'unconfined' }, engine: { hasAppArmor: true } },
      { container: { appArmorProfile: '' }, engine: { hasAppArmor: true } },
      {
        container: { appArmorProfile: 'web-profile' },
        engine: { hasAppArmor: true },
        kernel: kernelSays([kernelProcess({ label: 'web-profile (complain)' })]),
      },
      {
        container: { ...privileged, appArmorProfile: 'unconfined' },
        engine: { hasAppArmor: true },
      },
    ],
    unknown: [
      {
        container: { appArmorProfile: '', state: 'created', startedAt: null, pid: null },
        engine: { hasAppArmor: true },
      },
    ],
    'not-applicable': [{ container: { appArmorProfile: '' }, engine: { hasAppArmor: false } }],
  },
});

function byConfiguration(container: ContainerFacts, engine: EngineFacts): Judgement {
  const profile = container.appArmorProfile;
  const evidence = [
    engineInfo('SecurityOptions[name=apparmor]', engine.hasAppArmor),
    inspected('AppArmorProfile', profile),
  ];
  if (!engine.hasAppArmor) {
    return { verdict: 'not-applicable', reason: 'the host has no AppArmor', evidence };
  }
  // The engine writes the profile down when it starts a container, not when it creates it.
  if (profile === '' && container.startedAt === null && !container.isPrivileged) {
    const reason = 'never started, and the engine chooses the profile at the start';
    return { verdict: 'unknown', reason, evidence };
  }
  return profile === '' || profile === 'unconfined'
    ? { verdict: 'fail', message: 'runs without an AppArmor profile', evidence }
    : { verdict: 'pass', message: `is given the AppArmor profile ${profile}`, evidence };
}
