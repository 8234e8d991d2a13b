import { privileged } from '../example-facts.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { inForceRule } from '../in-force-rule.ts';

export const seccompInForce = inForceRule({
  id: 'seccomp-in-force',
  title: 'A seccomp profile that a container has is really in force',
  severity: 'high',
  pillar: 'controls',
  question: 'no-seccomp-off',
  controls: ['seccomp'],
  what: 'a seccomp profile',
  rationale:
    'With --privileged the engine silently ignores the profile. Containers that started under another default of the engine may have none.',
  remediation: 'Drop `--privileged`; recreate the container after the engine’s default changed.',
  fix: { words: 'Make the seccomp profile of {} hold' },
  examples: {
    pass: [{ kernel: kernelSays([kernelProcess()]) }],
    fail: [
      { container: { ...privileged, seccomp: 'custom' }, engine: { version: '26.1.5' } },
      { kernel: kernelSays([kernelProcess({ seccompMode: 0, seccompFilters: 0 })]) },
    ],
    unknown: [{}, { container: { pid: null, state: 'exited' } }],
    'not-applicable': [{ container: { seccomp: 'unconfined' } }],
  },
});
