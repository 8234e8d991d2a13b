import { engineInfo, inspected } from '../evidence.ts';
import { privileged } from '../example-facts.ts';
import { defineRule } from '../rule.ts';

export const noNewPrivileges = defineRule({
  id: 'no-new-privileges',
  title: 'Containers cannot gain new privileges',
  subject: 'container',
  severity: 'medium',
  controls: ['cis-1.6:5.26', 'cis-1.8:5.26'],
  rationale:
    'Without it a set-uid file in the image turns an ordinary user into root, whatever user the container starts as.',
  remediation:
    'Run with `--security-opt no-new-privileges`, or set `"no-new-privileges": true` in daemon.json for all.',
  facet: 'can-gain-privileges',
  needs: ['containers', 'engine'],
  judge(container, { engine }) {
    const own = container.noNewPrivileges;
    const evidence = [
      inspected('HostConfig.SecurityOpt[no-new-privileges]', own),
      engineInfo('SecurityOptions[name=no-new-privileges]', engine.hasNoNewPrivilegesDefault),
    ];
    if (own ?? engine.hasNoNewPrivilegesDefault) {
      const message = own
        ? 'cannot gain privileges'
        : "cannot gain privileges, by the engine's default";
      return { verdict: 'pass', message, evidence };
    }
    const message =
      own === false
        ? 'can gain privileges: no-new-privileges is set to false'
        : 'can gain privileges: neither it nor the engine sets no-new-privileges';
    return { verdict: 'fail', message, evidence };
  },
  examples: {
    pass: [
      { container: { noNewPrivileges: true } },
      { container: { noNewPrivileges: null }, engine: { hasNoNewPrivilegesDefault: true } },
      { container: { ...privileged, noNewPrivileges: true } },
    ],
    fail: [
      { container: { noNewPrivileges: null } },
      { container: { noNewPrivileges: false } },
      { container: { noNewPrivileges: false }, engine: { hasNoNewPrivilegesDefault: true } },
    ],
  },
});
