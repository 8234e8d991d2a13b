/** Properties of a container that hand out the host, the gravest first. */
export const graveFacets: readonly string[] = [
  'privileged',
  'docker-socket',
  'sensitive-mount',
  'host-pid',
  'device',
  'added-capability',
  'host-network',
];

/** Properties with those before the others that hand out the host; the others stay as they were. */
export const gravestFacetsFirst = (facets: readonly string[]): string[] =>
  facets.toSorted((a, b) => rank(a) - rank(b));

const rank = (facet: string): number => {
  const found = graveFacets.indexOf(facet);
  return found < 0 ? graveFacets.length : found;
};
