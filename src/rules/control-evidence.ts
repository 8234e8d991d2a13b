import type { Control, ControlName } from '../controls/control.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { Judgement } from './rule.ts';

/** Both sides of a control: what is configured, and what was found, with the call that gave it. */
export function controlEvidence({
  control,
  configured,
  effective,
  source,
  evidence,
}: Control): Evidence[] {
  const value = (found: Control['configured']): Evidence['value'] =>
    Array.isArray(found) ? found.map(String) : (found as Evidence['value']);
  return [
    {
      path: `${control} (configured)`,
      value: value(configured),
      source: 'GET /containers/{id}/json',
    },
    ...(source === 'unknown'
      ? []
      : [
          {
            path: `${control} (${source === 'measured' ? 'effective' : 'predicted'})`,
            value: value(effective),
            source: evidence ?? 'GET /containers/{id}/json',
          },
        ]),
  ];
}

interface Says {
  holds: string;
  fails: string;
}

/**
 * What was judged by the configuration, with a measured control beside it: the stricter of the two. A
 * measurement condemns, and acquits what the configuration leaves open; what the configuration
 * condemns stays condemned, because the next process of the container is started by it. `says` is
 * the message of a verdict that the configuration did not give.
 */
export function stricterWithControl(
  judged: Judgement,
  controls: readonly Control[],
  name: ControlName,
  says: Says,
): Judgement {
  const measured = withMeasurement(judged, controls, name, says);
  return judged.verdict === 'fail' ? { ...judged, evidence: measured.evidence ?? [] } : measured;
}

/**
 * The same of a limit, where a measurement decides alone: a control group binds the container as a whole,
 * the next process too, whoever set it.
 */
export const measuredLimit = withMeasurement;

function withMeasurement(
  judged: Judgement,
  controls: readonly Control[],
  name: ControlName,
  says: Says,
): Judgement {
  const found = controls.find(({ control }) => control === name);
  if (found?.source !== 'measured') return judged;
  const evidence = [...(judged.evidence ?? []), ...controlEvidence(found)];
  const verdict = found.verdict === 'enforced' ? 'pass' : 'fail';
  if (judged.verdict === verdict) return { ...judged, evidence };
  return { verdict, message: verdict === 'pass' ? says.holds : says.fails, evidence };
}
