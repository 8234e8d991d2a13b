import type { Control, ControlName } from '../controls/control.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import { controlEvidence } from './control-evidence.ts';
import { defineRule, type JudgeContext, type Judgement, type Rule } from './rule.ts';
import { enumerate } from './words.ts';

interface InForce
  extends Pick<
    Rule,
    | 'id'
    | 'title'
    | 'severity'
    | 'pillar'
    | 'question'
    | 'rationale'
    | 'remediation'
    | 'fix'
    | 'examples'
  > {
  /** Controls that must hold wherever the configuration asks for them. */
  controls: readonly ControlName[];
  /** Each of them does for the other what it is there for. */
  isOneEnough?: true;
  /** What it is called in a sentence, e.g. `a seccomp profile`. */
  what: string;
}

/**
 * A rule that compares what a container asks for with what the kernel enforces. A prediction may fail
 * it; only a measurement of each of its controls passes it. Who asks for nothing is left to the rule
 * that wants it asked.
 */
export function inForceRule({
  controls,
  what,
  isOneEnough,
  ...declared
}: InForce): Rule<'container', never> {
  const known = new WeakMap<JudgeContext, Known[]>();
  return defineRule({
    ...declared,
    subject: 'container',
    controls: [],
    shownBy: controls,
    needs: ['containers', 'engine'],
    consults: ['processes', 'limits', 'execs', 'kernel'],
    judge({ id }, _facts, context) {
      const { find } = context.controlsOf(id);
      const before = known.get(context) ?? [];
      for (const one of before) if (areFound(one.found, find)) return one.judgement;
      const found = controls.map(find).filter((one) => one !== undefined);
      const judgement = judgeControls(found, what, isOneEnough);
      // None is like every other.
      if (found.length > 0) before.push({ found, judgement });
      if (before.length > KNOWN_MAX) before.shift();
      known.set(context, before);
      return judgement;
    },
  }) as unknown as Rule<'container', never>;
}

/** Of a thousand containers most are held alike: what was said of some of them on a host says it of others. */
interface Known {
  /** In the order of the rule's controls. */
  found: readonly Control[];
  judgement: Judgement;
}
const KNOWN_MAX = 8;

/** Whether a container has the same controls, as far as a judgement says what it found. Written out, since it is asked of thousands. */
function areFound(
  all: readonly Control[],
  find: (name: ControlName) => Control | undefined,
): boolean {
  for (const one of all) {
    const other = find(one.control);
    if (other === undefined || !isSame(one, other)) return false;
  }
  return true;
}

const isSame = (a: Control, b: Control): boolean =>
  a.verdict === b.verdict &&
  a.source === b.source &&
  a.note === b.note &&
  a.evidence === b.evidence &&
  isSameValue(a.configured, b.configured) &&
  isSameValue(a.effective, b.effective);

function isSameValue(a: Control['configured'], b: Control['configured']): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** How a verdict of controls begins a phrase. */
const SAID = [
  ['off', 'sets no'],
  ['weakened', 'sets less than usual of'],
  ['enforced', 'has in force'],
] as const;

const isBroken = ({ verdict }: Control): boolean => verdict === 'not-enforced';
const isOpen = ({ verdict }: Control): boolean => verdict === 'unknown';
const isHeld = ({ verdict }: Control): boolean => verdict === 'enforced';

function judgeControls(
  found: readonly Control[],
  what: string,
  isOneEnough: boolean | undefined,
): Judgement {
  const evidence: Evidence[] = [];
  for (const one of found) evidence.push(...controlEvidence(one));
  if (found.some(isBroken)) {
    const said = found
      .filter(isBroken)
      .map(
        ({ control, effective, source }) =>
          `${control} is ${valueText(effective)}${source === 'predicted' ? ' by the engine’s own rules' : ''}`,
      );
    return {
      verdict: 'fail',
      message: `sets ${what}, without effect: ${enumerate(said)}`,
      evidence,
    };
  }
  // A label that the kernel gives by itself was not asked for.
  const doubts = found.filter((one) => isOpen(one) && !(isOneEnough && one.configured === null));
  const [open] = doubts;
  if (found.length === 0 || open) {
    const reason = open
      ? `${enumerate(doubts.map(({ control }) => control))}: ${open.note}`
      : 'its controls could not be worked out';
    return { verdict: 'unknown', reason, evidence };
  }
  // One control that holds acquits no other: what is off or widened has a rule that wants it asked.
  if (isOneEnough ? found.some(isHeld) : found.every(isHeld)) {
    return { verdict: 'pass', message: `has ${what} in force`, evidence };
  }
  const said: string[] = [];
  for (const [wanted, says] of SAID) {
    const alike = found.filter(({ verdict }) => verdict === wanted);
    if (alike.length > 0) said.push(`${says} ${enumerate(alike.map(({ control }) => control))}`);
  }
  return { verdict: 'not-applicable', reason: enumerate(said), evidence };
}

function valueText(value: Control['effective']): string {
  if (value === null) return 'none';
  if (typeof value !== 'object') return value === false ? 'off' : String(value);
  return value.length === 0 ? 'none' : enumerate(value.slice(0, 4).map(String));
}
