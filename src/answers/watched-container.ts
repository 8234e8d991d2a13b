import { assess } from '../assessment/assess.ts';
import { evaluate } from '../findings/evaluate.ts';
import type { Policy } from '../rules/policy.ts';
import type { Rule } from '../rules/rule.ts';
import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { isoTime } from '../shared/time.ts';
import type { CollectOptions, EngineReader } from '../snapshot/collector.ts';
import * as collectors from '../snapshot/collectors/index.ts';
import { type Foreign, field, foreign, textOrEmpty } from '../snapshot/foreign.ts';
import { healthCommandOf } from '../snapshot/normalise/event.ts';
import { isMarkedAsProbe, isProbe } from '../snapshot/probe-container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { takeSnapshot } from '../snapshot/take-snapshot.ts';
import { observeContainers } from './facets.ts';
import type { Clock, ObservedContainer } from './ports.ts';

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
  const path = `/containers/${id}/json`;
  const answer = foreign('GET /containers/{id}/json', await reader.get(path));
  const listed = asListed(answer, now());
  const takenAt = isoTime(now());
  const alone: EngineReader = {
    ...reader,
    get endpoint() {
      return reader.endpoint;
    },
    async get(asked, query) {
      if (asked === '/containers/json') return [listed];
      return asked === path ? answer.value : reader.get(asked, query);
    },
  };
  const request = { host, takenAt, reader: alone, collectors: { containers }, options: collect };
  const taken = await takeSnapshot(request);
  const snapshot: Snapshot = { ...notLookedAt, ...taken, engine: await engineSection() };
  return {
    container: observe(snapshot, rules, policy),
    isProvenProbe: await isProvenProbe(listed, reader),
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
async function isProvenProbe(listed: object, reader: EngineReader): Promise<boolean> {
  const running = foreign('GET /containers/{id}/json', {
    ...listed,
    State: 'running',
    Status: 'Up Less than a second',
  });
  if (!isMarkedAsProbe(running)) return false;
  try {
    return isProbe(running, (await reader.probeImages?.()) ?? new Set());
  } catch (error) {
    // Where it cannot be told, nothing is proven and nothing that runs is hidden.
    if (!(error instanceof OutsideError)) throw error;
    return false;
  }
}

/** The entry of a container in the engine's list, as far as it is read, out of its details. */
function asListed(inspected: Foreign, now: number) {
  const config = field(inspected, 'Config');
  const state = field(inspected, 'State');
  const path = textOrEmpty(field(inspected, 'Path'));
  const words = field(inspected, 'Args').value;
  return {
    Id: field(inspected, 'Id').value,
    Names: [field(inspected, 'Name').value],
    ImageID: field(inspected, 'Image').value,
    Command: [path, ...(Array.isArray(words) ? words : [])].join(' '),
    State: field(state, 'Status').value,
    Status: statusText(state, now),
    Labels: field(config, 'Labels').value,
    Mounts: field(inspected, 'Mounts').value,
    HostConfig: { NetworkMode: field(inspected, 'HostConfig', 'NetworkMode').value },
  };
}

/** The engine's words for how long a container has been what it is, as exact as they are needed. */
function statusText(state: Foreign, now: number): string {
  const since = (name: string) => {
    const seconds = Math.round((now - Date.parse(textOrEmpty(field(state, name)))) / 1_000);
    return seconds < 60 ? `${Math.max(0, seconds)} seconds` : 'longer than a minute';
  };
  const status = field(state, 'Status').value;
  if (status === 'running') return `Up ${since('StartedAt')}`;
  return status === 'exited' ? `Exited (0) ${since('FinishedAt')} ago` : '';
}

const notLookedAt = Object.fromEntries(
  Object.keys(collectors).map((section) => [section, unread(NOT_LOOKED_AT)]),
) as unknown as Snapshot;
