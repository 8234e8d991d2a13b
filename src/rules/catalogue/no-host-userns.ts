import { engineInfo } from '../../snapshot/evidence.ts';
import { judgeControl } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { hostNamespace, privileged } from '../example-facts.ts';
import { notApplicable } from '../rule.ts';

const REMAPPED = { remapsUsers: true };

export const noHostUserns = controlRule({
  id: 'no-host-userns',
  title: 'Containers do not share the host user namespace',
  severity: 'high',
  pillar: 'isolation',
  controls: ['cis-1.6:5.31', 'cis-1.8:5.31'],
  rationale: 'The engine remaps users, but not for this container: its root is root of the host.',
  remediation:
    'Drop `--userns host`; what needs it (privileged, host PID, host network) belongs on another engine.',
  fix: {
    words: 'Give {} the mapped user namespace',
    change: () => ({
      run: 'leave out --userns host',
      compose: 'remove userns_mode: host',
    }),
  },
  facet: 'host-userns',
  isOfDocker: true,
  shownBy: ['user-namespace'],
  needs: ['engine'],
  consults: ['processes', 'kernel'],
  judge(held, { engine }) {
    if (!engine.remapsUsers) {
      const evidence = [engineInfo('SecurityOptions[name=userns]', false)];
      const reason = 'the engine remaps no users: one finding of userns-remap says so';
      return notApplicable(reason, evidence);
    }
    return judgeControl(held, 'user-namespace', {
      holds: 'runs under remapped users, says the kernel',
      fails: 'runs under users of the host, says the kernel',
    });
  },
  examples: {
    pass: [{ engine: REMAPPED }],
    fail: [
      { container: { userNamespace: hostNamespace }, engine: REMAPPED },
      { container: { ...privileged, userNamespace: hostNamespace }, engine: REMAPPED },
    ],
    unknown: [
      {
        container: { userNamespace: { mode: 'container:gone', resolved: 'unknown', via: [] } },
        engine: REMAPPED,
      },
    ],
    'not-applicable': [
      { engine: { remapsUsers: false } },
      { container: { userNamespace: hostNamespace }, engine: { remapsUsers: false } },
    ],
  },
});
