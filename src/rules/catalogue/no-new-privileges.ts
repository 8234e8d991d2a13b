import { judgeControl } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';

export const noNewPrivileges = controlRule({
  id: 'no-new-privileges',
  title: 'Containers cannot gain new privileges',
  severity: 'medium',
  pillar: 'controls',
  controls: ['cis-1.6:5.26', 'cis-1.8:5.26'],
  rationale:
    'Without it a set-uid file in the image turns an ordinary user into root, whatever user the container starts as.',
  remediation:
    'Run with `--security-opt no-new-privileges`, or set `"no-new-privileges": true` in daemon.json for all.',
  fix: {
    words: 'Set no-new-privileges for {}',
    change: () => ({
      run: 'add --security-opt no-new-privileges',
      compose: 'security_opt: ["no-new-privileges:true"]',
    }),
  },
  facet: 'can-gain-privileges',
  shownBy: ['no-new-privileges'],
  needs: ['engine'],
  consults: ['kernel'],
  judge: (held) =>
    judgeControl(held, 'no-new-privileges', {
      holds: 'no process can gain privileges, says the kernel',
      fails: 'runs processes that can gain privileges, says the kernel',
    }),
  examples: {
    pass: [
      { container: { noNewPrivileges: true } },
      {
        container: { noNewPrivileges: null },
        engine: { hasNoNewPrivilegesDefault: true },
        kernel: kernelSays([kernelProcess()]),
      },
      { container: { ...privileged, noNewPrivileges: true } },
    ],
    fail: [
      { container: { noNewPrivileges: null }, kernel: kernelSays([kernelProcess()]) },
      { container: { noNewPrivileges: null } },
      { container: { noNewPrivileges: false } },
      { container: { noNewPrivileges: false }, engine: { hasNoNewPrivilegesDefault: true } },
      {
        container: { noNewPrivileges: true },
        kernel: kernelSays([kernelProcess(), kernelProcess({ hasNoNewPrivileges: false })]),
      },
      {
        container: { noNewPrivileges: null },
        engine: { hasNoNewPrivilegesDefault: true },
        kernel: kernelSays([kernelProcess({ hasNoNewPrivileges: false })]),
      },
    ],
    // It may have been created before that became the default.
    unknown: [
      { container: { noNewPrivileges: null }, engine: { hasNoNewPrivilegesDefault: true } },
    ],
  },
});
