import { judgeControl } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { privileged, underWrapper } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';

const CUSTOM = { seccomp: 'custom', seccompAllows: [] as string[] } as const;
const BY_FILE = { seccompProfile: '/etc/docker/seccomp.json' };

export const noSeccompOff = controlRule({
  id: 'no-seccomp-off',
  title: 'Containers run with seccomp on',
  severity: 'high',
  pillar: 'controls',
  controls: ['cis-1.6:5.22', 'cis-1.8:5.22'],
  rationale: 'Seccomp blocks the system calls that most kernel exploits need, also for root.',
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
  needs: ['engine'],
  consults: ['kernel'],
  judge: (held) =>
    judgeControl(held, 'seccomp', {
      holds: 'every process runs under a seccomp filter, says the kernel',
      fails: 'runs processes without a seccomp filter, says the kernel',
      // Says it once for all containers when the engine is the cause.
      cause: 'engine-seccomp-profile',
      // How much a profile holds that allows more than the engine's is what the control says.
      isLessOn: true,
    }),
  examples: {
    pass: [
      { container: { seccomp: 'default' }, engine: { hasLiveRestore: false } },
      { container: { seccomp: 'default' }, kernel: kernelSays([kernelProcess()]) },
      { container: { seccomp: 'default', state: 'created', startedAt: null, pid: null } },
      { container: CUSTOM },
      { container: { seccomp: 'custom', seccompAllows: ['mount'] } },
      { container: CUSTOM, engine: { seccompProfile: 'unconfined' } },
      { container: { seccomp: 'builtin' }, engine: { seccompProfile: 'unconfined' } },
      {
        container: { ...privileged, ...CUSTOM },
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
    unknown: [
      { ...underWrapper, engine: { ...underWrapper.engine, hasLiveRestore: false } },
      {
        ...underWrapper,
        container: { ...underWrapper.container, seccomp: 'custom', seccompAllows: ['mount'] },
      },
      { container: { seccomp: 'default' }, engine: { hasLiveRestore: true } },
      { container: { seccomp: 'custom' } },
      { container: { seccomp: 'default' }, engine: BY_FILE },
      {
        container: { seccomp: 'default' },
        engine: BY_FILE,
        kernel: kernelSays([kernelProcess()]),
      },
      { container: { ...privileged, seccomp: 'custom' }, engine: { version: '28.3.2' } },
    ],
  },
});
