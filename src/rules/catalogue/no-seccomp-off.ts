import { MAY_KEEP_PROFILE, mayKeepProfile } from '../../controls/kernel-controls.ts';
import { engineInfo, inspected } from '../../snapshot/evidence.ts';
import type { ContainerFacts } from '../../snapshot/facts/container.ts';
import type { EngineFacts } from '../../snapshot/facts/engine.ts';
import { stricterWithControl } from '../control-evidence.ts';
import { privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, type Judgement } from '../rule.ts';

/** Says it once for all containers when the engine is the cause. */
const ENGINE_RULE = 'engine-seccomp-profile';

export const noSeccompOff = defineRule({
  id: 'no-seccomp-off',
  title: 'Containers run with seccomp on',
  subject: 'container',
  severity: 'high',
  pillar: 'controls',
  controls: ['cis-1.6:5.22', 'cis-1.8:5.22'],
  rationale:
    'Seccomp takes away the system calls that most kernel exploits begin with, for root as well.',
  remediation:
    'Drop `--security-opt seccomp=unconfined`, `--privileged` and `"seccomp-profile": "unconfined"` in daemon.json; a workload that needs one more call gets a profile with that call.',
  fix: {
    words: 'Turn seccomp on for {}',
    change: () => ({
      run: 'leave out --security-opt seccomp=unconfined',
      compose: 'remove seccomp=unconfined from security_opt',
    }),
  },
  facet: 'seccomp-off',
  shownBy: ['seccomp'],
  needs: ['containers', 'engine'],
  consults: ['kernel'],
  judge(container, { engine }, { controlsOf }) {
    const says = {
      holds: 'every process runs under a seccomp filter, says the kernel',
      fails: 'runs processes without a seccomp filter, says the kernel',
    };
    const judged = byConfiguration(container, engine);
    return stricterWithControl(judged, controlsOf(container.id), 'seccomp', says);
  },
  examples: {
    pass: [
      { container: { seccomp: 'default' } },
      { container: { seccomp: 'default' }, engine: { seccompProfile: '/etc/docker/seccomp.json' } },
      { container: { seccomp: 'custom' } },
      { container: { seccomp: 'custom' }, engine: { seccompProfile: 'unconfined' } },
      {
        container: { ...privileged, seccomp: 'custom' },
        engine: { version: '28.3.2' },
        kernel: kernelSays([kernelProcess()]),
      },
    ],
    fail: [
      { container: { seccomp: 'unconfined' } },
      { container: { seccomp: 'allows-everything' } },
      { container: privileged },
      { container: { ...privileged, state: 'created', startedAt: null, pid: null } },
      { container: { ...privileged, seccomp: 'custom' }, engine: { version: '26.1.5' } },
      { container: { seccomp: 'default' }, engine: { seccompProfile: 'unconfined' } },
      { container: { seccomp: 'default' }, engine: { seccompProfile: null } },
      {
        container: { seccomp: 'default' },
        kernel: kernelSays([kernelProcess(), kernelProcess({ seccompMode: 0 })]),
      },
    ],
    unknown: [{ container: { ...privileged, seccomp: 'custom' }, engine: { version: '28.3.2' } }],
  },
});

function byConfiguration(container: ContainerFacts, engine: EngineFacts): Judgement {
  const { seccomp, isPrivileged } = container;
  const evidence = [
    inspected('HostConfig.SecurityOpt[seccomp]', seccomp),
    inspected('HostConfig.Privileged', isPrivileged),
    engineInfo('SecurityOptions[name=seccomp].profile', engine.seccompProfile),
  ];
  if (seccomp === 'unconfined') {
    return { verdict: 'fail', message: 'runs with seccomp unconfined', evidence };
  }
  if (seccomp === 'allows-everything') {
    return { verdict: 'fail', message: 'has a seccomp profile that forbids nothing', evidence };
  }
  if (engine.seccompProfile === null) {
    const message = 'runs on a kernel that offers no seccomp';
    return { verdict: 'fail', message, evidence, cause: ENGINE_RULE };
  }
  if (isPrivileged && seccomp === 'custom' && mayKeepProfile(engine)) {
    evidence.push(engineInfo('ServerVersion', engine.version));
    return { verdict: 'unknown', reason: MAY_KEEP_PROFILE, evidence };
  }
  if (isPrivileged) {
    return { verdict: 'fail', message: 'runs without seccomp, being privileged', evidence };
  }
  if (seccomp === 'default' && engine.seccompProfile === 'unconfined') {
    const message = "runs without seccomp, by the engine's default";
    return { verdict: 'fail', message, evidence, cause: ENGINE_RULE };
  }
  const whose = seccomp === 'custom' ? 'a profile of its own' : "the engine's profile";
  return { verdict: 'pass', message: `is given ${whose}`, evidence };
}
