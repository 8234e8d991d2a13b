import { engineInfo, inspected } from '../../snapshot/evidence.ts';
import type { ContainerFacts } from '../../snapshot/facts/container.ts';
import type { EngineFacts } from '../../snapshot/facts/engine.ts';
import { stricterWithControl } from '../control-evidence.ts';
import { privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, type Judgement } from '../rule.ts';

export const noNewPrivileges = defineRule({
  id: 'no-new-privileges',
  title: 'Containers cannot gain new privileges',
  subject: 'container',
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
  needs: ['containers', 'engine'],
  consults: ['kernel'],
  judge(container, { engine }, { controlsOf }) {
    const says = {
      holds: 'no process can gain privileges, says the kernel',
      fails: 'runs processes that can gain privileges, says the kernel',
    };
    const judged = byConfiguration(container, engine);
    return stricterWithControl(judged, controlsOf(container.id), 'no-new-privileges', says);
  },
  examples: {
    pass: [
      { container: { noNewPrivileges: true } },
      { container: { noNewPrivileges: null }, engine: { hasNoNewPrivilegesDefault: true } },
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
    ],
  },
});

function byConfiguration(container: ContainerFacts, engine: EngineFacts): Judgement {
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
}
