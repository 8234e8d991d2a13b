import { namedUser, running } from '../example-facts.ts';
import { kernelProcess, kernelSays, rootProcess } from '../example-kernel.ts';
import { inForceRule } from '../in-force-rule.ts';

export const userInForce = inForceRule({
  id: 'user-in-force',
  title: 'A container that is not to run as root has no root process',
  severity: 'high',
  pillar: 'privilege',
  question: 'no-root-user',
  controls: ['user'],
  what: 'a user that is not root',
  rationale:
    'The start command may use a set-uid file, another process may keep root, or the name of the user may be uid 0 in the container’s own user list.',
  remediation:
    'Run with `--security-opt no-new-privileges`, remove set-uid files from the image and set a numeric `USER`.',
  fix: { words: 'Remove the root processes from {}' },
  examples: {
    pass: [{ processes: running(['web', 1000]) }, { kernel: kernelSays([kernelProcess()]) }],
    fail: [
      { processes: running(['web', 1000], ['su', 0]) },
      { kernel: kernelSays([kernelProcess(), rootProcess]) },
    ],
    unknown: [{}, { container: { pid: null, state: 'exited' } }],
    'not-applicable': [{ container: { user: namedUser('', 0) }, processes: running(['web', 0]) }],
  },
});
