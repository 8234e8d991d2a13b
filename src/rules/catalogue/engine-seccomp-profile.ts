import { engineInfo, policySaid } from '../../snapshot/evidence.ts';
import { defineRule, fail, needsPolicy, pass } from '../rule.ts';

export const engineSeccompProfile = defineRule({
  id: 'engine-seccomp-profile',
  title: 'Engine-wide seccomp profile is as intended',
  subject: 'engine',
  severity: 'high',
  pillar: 'controls',
  controls: ['cis-1.6:2.17', 'cis-1.8:2.18'],
  rationale:
    'Every container without a profile of its own gets this one: a single line can turn the filter off for all of them.',
  remediation:
    'Remove `"seccomp-profile"` from daemon.json to get the built-in profile, or name the path of an accepted one in `seccompProfiles` of the policy.',
  fix: { words: 'Give {} the intended seccomp profile' },
  judge({ seccompProfile }, _facts, { policy }) {
    const evidence = [engineInfo('SecurityOptions[name=seccomp].profile', seccompProfile)];
    if (seccompProfile === null) return fail('offers no seccomp', evidence);
    if (seccompProfile === 'unconfined') {
      return fail('gives containers no seccomp profile', evidence);
    }
    if (seccompProfile === 'builtin') {
      return pass('gives containers the built-in profile', evidence);
    }
    if (policy.seccompProfiles === null) {
      return needsPolicy('seccompProfiles', `whether ${seccompProfile} is intended`, evidence);
    }
    evidence.push(policySaid('policy.seccompProfiles', policy.seccompProfiles));
    return policy.seccompProfiles.includes(seccompProfile)
      ? pass(`gives containers the accepted ${seccompProfile}`, evidence)
      : fail(`gives containers ${seccompProfile}, not accepted`, evidence);
  },
  examples: {
    pass: [
      { engine: { seccompProfile: 'builtin' } },
      {
        engine: { seccompProfile: '/etc/docker/seccomp.json' },
        policy: { seccompProfiles: ['/etc/docker/seccomp.json'] },
      },
    ],
    fail: [
      { engine: { seccompProfile: 'unconfined' } },
      { engine: { seccompProfile: 'unconfined' }, policy: { seccompProfiles: ['unconfined'] } },
      { engine: { seccompProfile: null } },
      { engine: { seccompProfile: '/tmp/all.json' }, policy: { seccompProfiles: [] } },
    ],
    unknown: [{ engine: { seccompProfile: '/etc/docker/seccomp.json' } }],
  },
});
