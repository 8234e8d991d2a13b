import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { inForceRule } from '../in-force-rule.ts';

export const noNewPrivilegesInForce = inForceRule({
  id: 'no-new-privileges-in-force',
  title: 'No-new-privileges that a container asks for is really in force',
  severity: 'high',
  pillar: 'controls',
  question: 'no-new-privileges',
  controls: ['no-new-privileges'],
  what: 'no-new-privileges',
  rationale:
    'A container gets the engine’s default when it is created: containers that are older than the setting run without it.',
  remediation: 'Recreate the container, or run it with `--security-opt no-new-privileges`.',
  fix: { words: 'Make no-new-privileges hold for {}' },
  examples: {
    pass: [{ kernel: kernelSays([kernelProcess()]) }],
    fail: [
      {
        container: { noNewPrivileges: null },
        engine: { hasNoNewPrivilegesDefault: true },
        kernel: kernelSays([kernelProcess({ hasNoNewPrivileges: false })]),
      },
    ],
    unknown: [{}, { container: { runtime: 'runsc' } }],
    'not-applicable': [{ container: { noNewPrivileges: false } }],
  },
});
