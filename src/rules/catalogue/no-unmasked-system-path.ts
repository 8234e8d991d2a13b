import { privileged } from '../example-facts.ts';
import { kernelMount, kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule } from '../rule.ts';

export const noUnmaskedSystemPath = defineRule({
  id: 'no-unmasked-system-path',
  title: 'Paths of the kernel below /proc stay masked',
  subject: 'container',
  severity: 'high',
  pillar: 'controls',
  controls: [],
  rationale:
    'The option `systempaths=unconfined` opens /proc/sys, /proc/kcore and their like, and leaves no trace among the security options: the container looks like any other.',
  remediation: 'Drop `--security-opt systempaths=unconfined`.',
  fix: { words: 'Mask the kernel paths of {} again' },
  shownBy: ['masked-paths', 'readonly-paths'],
  needs: ['containers', 'engine'],
  consults: ['kernel'],
  judge(container, _facts, { controlsOf }) {
    const controls = controlsOf(container.id);
    const found = controls.all.filter(({ control }) =>
      ['masked-paths', 'readonly-paths'].includes(control),
    );
    const given = controls.given('masked-paths');
    const { evidence } = given;
    if (container.isPrivileged) {
      const reason = 'is privileged, which masks nothing and has a rule of its own';
      return { verdict: 'not-applicable', reason, evidence };
    }
    const weak = found.find(({ verdict }) => verdict === 'not-enforced' || verdict === 'off');
    if (weak) {
      const message =
        weak.verdict === 'off'
          ? 'has the system paths unmasked'
          : `has system paths open although they are masked: ${weak.note}`;
      return { verdict: 'fail', message, evidence };
    }
    const isMeasured = found.length > 0 && found.every(({ verdict }) => verdict === 'enforced');
    return isMeasured || given.protection === 'full'
      ? { verdict: 'pass', message: 'keeps the system paths masked', evidence }
      : { verdict: 'unknown', reason: 'whether its paths are masked was not read', evidence };
  },
  examples: {
    pass: [{}, { kernel: kernelSays([kernelProcess()]) }],
    fail: [
      { container: { maskedPaths: [], hasUnmaskedSystemPaths: true } },
      { kernel: kernelSays([kernelProcess()], { mounts: [kernelMount('/')] }) },
    ],
    'not-applicable': [{ container: { ...privileged, maskedPaths: null, readonlyPaths: null } }],
  },
});
