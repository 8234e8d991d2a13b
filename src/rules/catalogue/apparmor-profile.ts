import { judgeControl } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { type ExampleHost, notApplicable } from '../rule.ts';

export const apparmorProfile = controlRule({
  id: 'apparmor-profile',
  title: 'Containers run under an AppArmor profile',
  severity: 'medium',
  pillar: 'controls',
  controls: ['cis-1.6:5.2', 'cis-1.8:5.2'],
  rationale:
    'The profile blocks mounts and writes to kernel files, even when another control fails.',
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
  needs: ['engine'],
  consults: ['processes', 'kernel'],
  judge(held) {
    const { says, evidence, isByEngine } = held.given.apparmor;
    if (isByEngine) return notApplicable(says, evidence);
    return judgeControl(held, 'apparmor', {
      holds: 'is held by its AppArmor profile',
      fails:
        'names an AppArmor profile that forbids nothing: it only logs, confines nothing or is gone',
    });
  },
  examples: {
    pass: [
      confined({ appArmorProfile: 'docker-default' }),
      confined({ appArmorProfile: 'web-profile' }),
      {
        ...confined({ appArmorProfile: 'web-profile' }),
        kernel: labelled('web-profile (enforce)'),
      },
    ],
    fail: [
      confined({ appArmorProfile: 'unconfined' }),
      confined({ appArmorProfile: '' }),
      {
        ...confined({ appArmorProfile: 'web-profile' }),
        kernel: labelled('web-profile (complain)'),
      },
      confined({ ...privileged, appArmorProfile: 'unconfined' }),
    ],
    unknown: [confined({ appArmorProfile: '', state: 'created', startedAt: null, pid: null })],
    'not-applicable': [{ container: { appArmorProfile: '' }, engine: { hasAppArmor: false } }],
  },
});

/** A container on an engine with AppArmor. */
function confined(container: Required<ExampleHost>['container']): ExampleHost {
  return { container, engine: { hasAppArmor: true } };
}

function labelled(label: string) {
  return kernelSays([kernelProcess({ label })]);
}
