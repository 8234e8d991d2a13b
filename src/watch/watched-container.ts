import { assess } from '../assessment/assess.ts';
import { evaluate } from '../findings/evaluate.ts';
import { observeContainers } from '../inspections/facets.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObservedContainer } from '../ports/scan-record.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { isoTime } from '../shared/time.ts';
import type { CollectOptions, EngineReader } from '../snapshot/collector.ts';
import * as collectors from '../snapshot/collectors/index.ts';
import { type Foreign, field, foreign } from '../snapshot/foreign.ts';
import { lookFirstAt } from '../snapshot/look-first.ts';
import { healthCommandOf } from '../snapshot/normalise/event.ts';
import { isInspectedAsProbe, runsAsProbe } from '../snapshot/probe-container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { readSection, takeSnapshot } from '../snapshot/take-snapshot.ts';

export interface LookParts {
  host: string;
  reader: EngineReader;
  rules: readonly Rule[];
  policy: Policy;
  collect: CollectOptions;
  now: Clock;
}

/** What one look at one container told. */
export interface Look {
  /** Null for a probe of Seawall. */
  container: Reading<ObservedContainer> | null;
  /** True when it is proven to be a probe of Seawall, whatever state it gets into. */
  isProvenProbe: boolean;
  /** See `healthCommandOf`. */
  healthCommand: string | null;
}

const NOT_LOOKED_AT = 'not looked at when it was created';
const { containers, engine } = collectors;

/** The engine's facts, for a number of looks. Never rejects. */
export async function readEngineSection(
  parts: Pick<LookParts, 'host' | 'reader' | 'now'>,
): Promise<Snapshot['engine']> {
  const takenAt = isoTime(parts.now());
  const { host, reader } = parts;
  return (await takeSnapshot({ host, takenAt, reader, collectors: { engine } })).engine;
}

/**
 * Looks at one container the way a scan does, with nothing else of the host but the engine's facts:
 * whatever needs more is unknown. Rejects with `OutsideError` when it cannot be inspected.
 */
export async function lookAtContainer(
  parts: LookParts,
  id: string,
  engineSection: () => Promise<Snapshot['engine']>,
): Promise<Look> {
  const { host, reader, rules, policy, collect, now } = parts;
  const { ownerLabel } = collect;
  const answer = foreign('GET /containers/{id}/json', await reader.get(`/containers/${id}/json`));
  const takenAt = isoTime(now());
  const first = await lookFirstAt({ reader, wanted: containers.reads, ownerLabel }, id, answer);
  const asked = { reader, options: collect, takenAt };
  const section = await readSection(containers, first, asked);
  const taken = { host, takenAt, containers: section };
  const snapshot: Snapshot = { ...notLookedAt, ...taken, engine: await engineSection() };
  const isUnusedProbe = isInspectedAsProbe(answer) && stateOf(answer) === 'created';
  return {
    container: isUnusedProbe ? null : observe(snapshot, rules, policy),
    isProvenProbe: await isProvenProbe(answer, reader),
    healthCommand: healthCommandOf(answer),
  };
}

function observe(snapshot: Snapshot, rules: readonly Rule[], policy: Policy): Look['container'] {
  const { containers: section } = snapshot;
  if (section.state === 'unread') return section;
  const [failed] = section.value.unread;
  if (failed) return unread(failed.reason);
  // What lies open of it was not looked at, which is kept as nothing and not as a surface without any.
  const assessment = { ...assess(snapshot), surfaces: new Map() };
  const results = evaluate(
    rules.filter(({ subject, facet }) => subject === 'container' && facet !== undefined),
    assessment,
    policy,
  );
  const [observed] = observeContainers(section.value.read, results, rules, assessment);
  return observed === undefined ? null : read(observed);
}

/** Whether it would be hidden while it runs as well; one that was only created has done nothing yet. */
async function isProvenProbe(inspected: Foreign, reader: EngineReader): Promise<boolean> {
  if (!isInspectedAsProbe(inspected)) return false;
  try {
    return runsAsProbe(inspected, (await reader.probeImages?.()) ?? new Set());
  } catch (error) {
    // Where it cannot be told, nothing is proven and nothing that runs is hidden.
    if (!(error instanceof OutsideError)) throw error;
    return false;
  }
}

const stateOf = (inspected: Foreign): unknown => field(inspected, 'State', 'Status').value;

const notLookedAt = Object.fromEntries(
  Object.keys(collectors).map((section) => [section, unread(NOT_LOOKED_AT)]),
) as unknown as Snapshot;
