import type { Control } from '../../controls/control.ts';
import type { MountFact } from '../../snapshot/facts/container.ts';
import { unlessChanged, unlessMoreGiven } from '../control-evidence.ts';
import { bind, capabilities, privileged, underWrapper } from '../example-facts.ts';
import { kernelMount, kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, type ExampleHost, fail, notApplicable, pass, unknown } from '../rule.ts';

const WEAK: readonly Control['verdict'][] = ['not-enforced', 'weakened'];

export const noUnmaskedSystemPath = defineRule({
  id: 'no-unmasked-system-path',
  title: 'Paths of the kernel below /proc stay masked',
  subject: 'container',
  severity: 'high',
  pillar: 'controls',
  controls: [],
  rationale:
    'The option `systempaths=unconfined` opens /proc/sys, /proc/kcore and their like, and leaves no trace among the security options: the container looks like any other. Over its API an engine also takes lists from which single paths are left out.',
  remediation:
    'Drop `--security-opt systempaths=unconfined`, and lists of masked and read-only paths of your own.',
  fix: { words: 'Mask the kernel paths of {} again' },
  shownBy: ['masked-paths', 'readonly-paths'],
  needs: ['engine'],
  consults: ['kernel'],
  judge(container, _facts, { controlsOf }) {
    const controls = controlsOf(container.id);
    const given = controls.given['masked-paths'];
    const { evidence } = given;
    if (container.isPrivileged) {
      const reason = 'is privileged, which masks nothing and has a rule of its own';
      return notApplicable(reason, evidence);
    }
    if (given.protection === 'none' || given.protection === 'less') {
      return fail(given.says, evidence);
    }
    const found = [controls.find('masked-paths'), controls.find('readonly-paths')].filter(
      (one) => one !== undefined,
    );
    const weak = found.find(({ verdict }) => WEAK.includes(verdict));
    if (weak) return fail(`covers less than an ordinary container: ${weak.note}`, evidence);
    const doubted = found.find(
      ({ source, effective }) => source === 'unknown' && effective !== null,
    );
    if (doubted?.note) return unknown(doubted.note, evidence);
    const isMeasured = found.length > 0 && found.every(({ verdict }) => verdict === 'enforced');
    return isMeasured || given.protection === 'full'
      ? unlessChanged(
          controls,
          'system-paths',
          unlessMoreGiven(controls, 'privileges', pass('keeps the system paths masked', evidence)),
        )
      : unknown('whether its paths are masked was not read', evidence);
  },
  examples: {
    unknown: [
      underWrapper,
      rooting(bind('/', { destination: '/host', isWritable: false })),
      rooting(bind('/proc', { destination: '/host/proc' })),
      rooting(bind('/sys/firmware', { destination: '/host/sys/firmware' })),
    ],
    pass: [
      {},
      // No root has it at its place, or nobody may take it for one.
      rooting(bind('/proc', { destination: '/seen' })),
      rooting(bind('/', { destination: '/host', isNonRecursive: true })),
      { container: { mounts: [bind('/', { destination: '/host' })] } },
    ],
    fail: [
      { container: { maskedPaths: [], hasUnmaskedSystemPaths: true } },
      { container: { readonlyPaths: ['/proc/bus'] } },
      { kernel: kernelSays([kernelProcess()], { mounts: [kernelMount('/')] }) },
    ],
    'not-applicable': [{ container: { ...privileged, maskedPaths: null, readonlyPaths: null } }],
  },
});

/** A container with the usual capabilities, among them that to change its root, and a mount. */
function rooting(mount: MountFact): ExampleHost {
  return { container: { ...capabilities([]), mounts: [mount] } };
}
