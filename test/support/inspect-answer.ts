import { containers } from '../../src/snapshot/collectors/containers.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import { recordedReader, recording } from './recorded-reader.ts';
import { runCollector } from './run-collector.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields to put into the parts of an inspect answer; `undefined` takes one out. */
export interface InspectChanges {
  top?: Fields;
  host?: Fields;
  config?: Fields;
  state?: Fields;
}

/** That of an ordinary recorded container, as text: thousands are made of it. */
const ordinaryText = JSON.stringify(
  (recording('containers') as { Name: string }[]).find(({ Name }) => Name === '/t34-cgparent'),
);

/** An inspect answer of that container, with the fields given put in their place. */
export function inspectAnswer(changes: InspectChanges): Record<string, unknown> {
  const ordinary = JSON.parse(ordinaryText) as Record<string, Fields>;
  return {
    ...ordinary,
    HostConfig: { ...ordinary.HostConfig, ...changes.host },
    Config: { ...ordinary.Config, ...changes.config },
    State: { ...ordinary.State, ...changes.state },
    ...changes.top,
  };
}

/** Id of the container that `inspectAnswer` describes. */
export const inspectedId = String(inspectAnswer({}).Id);
/** The list with it alone. */
const listed = (recording('containers_json_all_1') as { Id: string }[]).filter(
  ({ Id }) => Id === inspectedId,
);

/**
 * The facts of that container when it is the only one of the host. Rejects when it is unread;
 * `overrides` replaces answers of further paths.
 */
export async function readInspected(
  changes: InspectChanges,
  overrides: Fields = {},
): Promise<ContainerFacts> {
  const { read } = await runCollector(containers, {
    engine: recordedReader({
      '/containers/json': listed,
      [`/containers/${inspectedId}/json`]: inspectAnswer(changes),
      ...overrides,
    }),
  });
  const [facts] = read;
  if (!facts) throw new Error('nothing was read');
  return facts;
}
