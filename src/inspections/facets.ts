import type { Assessment } from '../assessment/assess.ts';
import { imageDeclaration } from '../drift/image-declaration.ts';
import type { RuleResult } from '../findings/result.ts';
import type { ObservedContainer } from '../ports/scan-record.ts';
import type { Rule } from '../rules/rule.ts';
import { addTo } from '../shared/add-to.ts';
import { type ContainerFacts, liveStates } from '../snapshot/facts/container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { publishedPorts } from '../surface/published-ports.ts';

/** Facets that facts alone decide, beside those that rules declare; null where they were not all read. */
const factFacets: Readonly<
  Record<string, (container: ContainerFacts, snapshot: Snapshot) => boolean | null>
> = {
  published: (container, snapshot) => {
    const { all, gap } = publishedPorts(container, snapshot);
    if (all.length > 0) return true;
    return gap === null ? false : null;
  },
  'restart-always': ({ restartPolicy }) =>
    restartPolicy.name === 'always' || restartPolicy.name === 'unless-stopped',
};

/** Words for the state of the observation itself, not of the container's configuration. */
const observationFacets = ['unverified', 'gone'] as const;
/** Words for the state that the engine tells, which changes without a scan. */
export const stateFacets = ['running', 'stopped'] as const;
export type StateFacet = (typeof stateFacets)[number];

/** True for a container in that state: `running` is what `docker ps` lists, `stopped` all others, also those that never ran. */
export const isInState = (state: string, facet: StateFacet): boolean =>
  liveStates.includes(state) === (facet === 'running');

/** Every facet that `containers` understands, sorted. */
export function facetNames(rules: readonly Rule[]): string[] {
  const declared = rules.flatMap(({ facet }) => facet ?? []);
  return [...declared, ...Object.keys(factFacets), ...observationFacets, ...stateFacets].sort();
}

/**
 * Joins each container with its controls, its surface and the facets its results give it. Results of other kinds are
 * ignored.
 */
export function observeContainers(
  containers: readonly ContainerFacts[],
  results: readonly RuleResult[],
  rules: readonly Rule[],
  { snapshot, controls, surfaces }: Assessment,
): ObservedContainer[] {
  const images = snapshot.images.state === 'read' ? snapshot.images.value.read : [];
  const facetOf = new Map(rules.flatMap(({ id, facet }) => (facet ? [[id, facet] as const] : [])));
  const failed = new Map<string, string[]>();
  const unknown = new Map<string, string[]>();
  const unknownForAll: string[] = [];
  for (const { rule, subject, verdict } of results) {
    const facet = facetOf.get(rule);
    if (subject.kind !== 'container' || facet === undefined) continue;
    if (verdict === 'unknown' && subject.id === '') unknownForAll.push(facet);
    if (verdict === 'fail') addTo(failed, subject.id, facet);
    if (verdict === 'unknown') addTo(unknown, subject.id, facet);
  }
  return containers.map((facts) => {
    const fromFacts = Object.entries(factFacets).map(
      ([facet, of]) => [facet, of(facts, snapshot)] as const,
    );
    const factsSay = (answer: boolean | null) =>
      fromFacts.flatMap(([facet, found]) => (found === answer ? [facet] : []));
    const unverifiedFacets = [
      ...(unknown.get(facts.id) ?? []),
      ...unknownForAll,
      ...factsSay(null),
    ].sort();
    const facets = [...(failed.get(facts.id) ?? []), ...factsSay(true)];
    if (unverifiedFacets.length > 0) facets.push('unverified');
    const found = controls.get(facts.id);
    const isolation = found?.isolation ?? null;
    return {
      facts,
      facets: facets.sort(),
      unverifiedFacets,
      controls: found && isolation ? found.all : null,
      isolation,
      surface: surfaces.get(facts.id) ?? null,
      imageDeclares: imageDeclaration(facts, images),
    };
  });
}
