import type { Assessment } from '../assessment/assess.ts';
import { imageDeclaration } from '../drift/image-declaration.ts';
import type { RuleResult } from '../findings/result.ts';
import type { ObservedContainer } from '../ports/scan-record.ts';
import type { Rule } from '../rules/rule.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { publishedPorts } from '../surface/published-ports.ts';

/** Facets that facts alone decide, beside those that rules declare. */
const factFacets: Readonly<
  Record<string, (container: ContainerFacts, snapshot: Snapshot) => boolean>
> = {
  published: (container, snapshot) => {
    const { own, bySwarm } = publishedPorts(container, snapshot);
    return own.length + bySwarm.length > 0;
  },
  'restart-always': ({ restartPolicy }) =>
    restartPolicy.name === 'always' || restartPolicy.name === 'unless-stopped',
};

/** Words for the state of the observation itself, not of the container's configuration. */
const observationFacets = ['unverified', 'gone'] as const;

/** Every facet that `containers` understands, sorted. */
export function facetNames(rules: readonly Rule[]): string[] {
  const declared = rules.flatMap(({ facet }) => facet ?? []);
  return [...declared, ...Object.keys(factFacets), ...observationFacets].sort();
}

/**
 * Joins each container with its controls, its surface and the facets its results give it. Results of other kinds are
 * ignored.
 */
export function observeContainers(
  containers: readonly ContainerFacts[],
  results: readonly RuleResult[],
  rules: readonly Rule[],
  { snapshot, states, surfaces }: Assessment,
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
    const target = verdict === 'fail' ? failed : verdict === 'unknown' ? unknown : undefined;
    target?.set(subject.id, [...(target.get(subject.id) ?? []), facet]);
  }
  return containers.map((facts) => {
    const fromFacts = Object.keys(factFacets).filter((facet) =>
      factFacets[facet]?.(facts, snapshot),
    );
    const unverifiedFacets = [...(unknown.get(facts.id) ?? []), ...unknownForAll].sort();
    const facets = [...(failed.get(facts.id) ?? []), ...fromFacts];
    if (unverifiedFacets.length > 0) facets.push('unverified');
    const found = states.get(facts.id);
    return {
      facts,
      facets: facets.sort(),
      unverifiedFacets,
      controls: found?.controls ?? null,
      isolation: found?.isolation ?? null,
      surface: surfaces.get(facts.id) ?? null,
      imageDeclares: imageDeclaration(facts, images),
    };
  });
}
