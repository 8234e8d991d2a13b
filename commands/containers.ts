import { facetNames } from '../src/answers/facets.ts';
import { hostStates } from '../src/answers/host-state.ts';
import { containerOrder, listPage, sortedBy } from '../src/answers/list-page.ts';
import type { StoredContainer } from '../src/answers/ports.ts';
import { isoTime } from '../src/answers/scan-hosts.ts';
import { defineCommand } from '../src/command/command.ts';
import { quoteWord } from '../src/shared/text.ts';

export const containers = defineCommand({
  name: 'containers',
  task: 'ask',
  summary: 'List the containers that have all of these properties',
  usage: 'containers [facet …] [gone] [on <host>|on all]',
  examples: ['containers', 'containers root privileged', 'containers docker-socket on web-1'],
  permission: 'view',
  words: { minimum: 0, maximum: 12, known: ({ rules }) => facetNames(rules) },
  takesHost: true,
  async run({ store, watches, now }, { words, hosts, line, paging }) {
    const facets = words.map((word) => word.toLowerCase());
    const isAboutGone = facets.includes('gone');
    const wanted = facets.filter((facet) => facet !== 'gone');
    const names = hosts.map(({ name }) => name);
    const stored = await store.listContainers({
      hosts: names,
      includeGone: isAboutGone,
      asOf: paging?.scans ?? {},
    });
    const all = sortedBy(stored, containerOrder);
    const states = await hostStates(hosts, store);
    const candidates = all.filter(({ removedAt }) => (removedAt !== null) === isAboutGone);
    const has = wanted.map((facet) => (container: (typeof all)[number]) => ({
      isSure: container.facets.includes(facet),
      isPossible: container.facets.includes(facet) || container.unverifiedFacets.includes(facet),
    }));
    const matching = candidates.filter((container) =>
      has.every((facet) => facet(container).isSure),
    );
    return {
      kind: 'containers',
      takenAt: isoTime(now()),
      facets,
      hosts: states,
      containers: matching,
      page: listPage(line, states, paging),
      unverified: candidates.filter(
        (container) =>
          !matching.includes(container) && has.every((facet) => facet(container).isPossible),
      ),
      glimpses: (await watches.listGlimpses({ hosts: names, since: 0 })).filter(
        ({ removedAt }) => (removedAt !== null) === isAboutGone,
      ),
      blind: await store.listBlindIntervals({ hosts: names, since: now() - BLIND_MS }),
      next: [...matching.slice(0, 1).map(inspectLine), 'findings'],
    };
  },
});

/** How far back an answer tells of times in which nobody looked. */
const BLIND_MS = 7 * 24 * 3_600_000;

const inspectLine = ({ host, facts }: StoredContainer) =>
  `inspect ${quoteWord(facts.name)} on ${quoteWord(host)}`;
