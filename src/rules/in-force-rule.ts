import type { Control, ControlName } from '../controls/control.ts';
import { enumerate } from '../shared/text.ts';
import { controlEvidence } from './control-evidence.ts';
import { controlRule } from './control-rule.ts';
import {
  fail,
  type Judgement,
  notApplicable,
  pass,
  type Rule,
  type RuleText,
  unknown,
} from './rule.ts';

interface InForce extends Omit<RuleText, 'controls'>, Pick<Rule, 'pillar' | 'examples'> {
  /** Controls that must hold wherever the configuration asks for them. */
  controls: readonly ControlName[];
  /** Each of them does for the other what it is there for. */
  isOneEnough?: true;
  /** What it is called in a sentence, e.g. `a seccomp profile`. */
  what: string;
  /** What a container without it does, where that says more than that it sets it without effect. */
  broken?: string;
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
  broken,
  ...declared
}: InForce): Rule<'container'> {
  return controlRule({
    ...declared,
    controls: [],
    shownBy: controls,
    needs: ['engine'],
    consults: ['processes', 'limits', 'execs', 'kernel'],
    judge: ({ find }) =>
      judgeControls(
        controls.map(find).filter((one) => one !== undefined),
        { what, isOneEnough, broken },
      ),
  });
}

type Found = Omit<Control, 'at'>;

/** How a verdict of controls begins a phrase. */
const SAID = [
  ['off', 'sets no'],
  ['weakened', 'sets less than usual of'],
  ['enforced', 'has in force'],
] as const;

const isBroken = ({ verdict }: Found): boolean => verdict === 'not-enforced';
const isOpen = ({ verdict }: Found): boolean => verdict === 'unknown';
const isHeld = ({ verdict }: Found): boolean => verdict === 'enforced';

function judgeControls(
  found: readonly Found[],
  {
    what,
    isOneEnough,
    broken,
  }: { what: string; isOneEnough?: true | undefined; broken?: string | undefined },
): Judgement {
  const evidence = found.flatMap(controlEvidence);
  if (found.some(isBroken)) {
    const said = found
      .filter(isBroken)
      .map(
        ({ control, effective, source }) =>
          `${control} is ${valueText(effective)}${source === 'predicted' ? ' by the engine’s own rules' : ''}`,
      );
    if (broken !== undefined) {
      const values = found.filter(isBroken).map(({ effective, note }) =>
        // What is measured and no longer listed the note alone names.
        Array.isArray(effective) && effective.length === 0 && note ? note : valueText(effective),
      );
      return fail(`${broken}: ${enumerate(values)}`, evidence);
    }
    return fail(`sets ${what}, without effect: ${enumerate(said)}`, evidence);
  }
  // A label that the kernel gives by itself was not asked for.
  const doubts = found.filter((one) => isOpen(one) && !(isOneEnough && one.configured === null));
  const [open] = doubts;
  if (found.length === 0 || open) {
    const reason = open
      ? `${enumerate(doubts.map(({ control }) => control))}: ${open.note}`
      : 'its controls could not be worked out';
    return unknown(reason, evidence);
  }
  // One control that holds acquits no other: what is off or widened has a rule that wants it asked.
  if (isOneEnough ? found.some(isHeld) : found.every(isHeld)) {
    return pass(`has ${what} in force`, evidence);
  }
  const said: string[] = [];
  for (const [wanted, says] of SAID) {
    const alike = found.filter(({ verdict }) => verdict === wanted);
    if (alike.length > 0) said.push(`${says} ${enumerate(alike.map(({ control }) => control))}`);
  }
  return notApplicable(enumerate(said), evidence);
}

function valueText(value: Control['effective']): string {
  if (value === null) return 'none';
  if (typeof value !== 'object') return value === false ? 'off' : String(value);
  return value.length === 0 ? 'none' : enumerate(value.slice(0, 4).map(String));
}
