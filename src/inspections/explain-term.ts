import type { HostJudgements } from '../answers/host-state.ts';
import type { StoredContainer, StoredFinding } from '../ports/stored.ts';
import type { Rule } from '../rules/rule.ts';
import type { Topic } from './explain-topic.ts';
import type { TermContainers } from './terms/term.ts';

/** A term with where it applies here. */
export interface ExplainedTerm {
  id: string;
  name: string;
  text: string;
  source: string;
  /** Containers that it is about; null when it is about none, or when nothing was scanned yet. */
  containers: {
    /** What the list is headed by, e.g. `Sharing the host’s`. */
    label: string;
    found: { host: string; name: string }[];
    /** Those for which it could not be judged. */
    unsure: { host: string; name: string }[];
    total: number;
  } | null;
  facts: { host: string; fact: string }[];
  /** Rules that judge it, without those that are explained in full. */
  related: { id: string; title: string; open: StoredFinding[]; unknown: number }[];
}

/** What the store knows of the hosts that were asked about. */
export interface KnownHere {
  rules: readonly Rule[];
  hosts: readonly HostJudgements[];
  open: readonly StoredFinding[];
  /** With the parts that `partsFor` the term names. */
  containers: readonly ExplainedContainer[];
  /** What people decided about it on hosts. */
  decided: ExplainedTerm['facts'];
}

type ExplainedPart = 'facts' | 'facets' | 'unverifiedFacets';
type ExplainedContainer = Pick<StoredContainer, 'host'> & { name: string } & Partial<
    Pick<StoredContainer, ExplainedPart>
  >;

/** What of containers tells whether a term is about them. */
export const partsFor = (about: TermContainers): ExplainedPart[] =>
  'match' in about ? ['facts'] : ['facets', 'unverifiedFacets'];

/** Joins the term of a topic with where it applies; null when the topic has none. */
export function explainTerm(topic: Topic, here: KnownHere): ExplainedTerm | null {
  const { term } = topic;
  if (term === null) return null;
  const explained = new Set(topic.rules.map(({ id }) => id));
  const undecided = here.hosts.flatMap((host) => host.undecided);
  const wasScanned = here.hosts.some(({ lastGoodScanAt }) => lastGoodScanAt !== null);
  return {
    id: term.id,
    name: term.name,
    text: term.text,
    source: term.source,
    containers:
      term.containers && wasScanned ? findContainers(term.containers, here.containers) : null,
    facts: here.hosts
      .flatMap((host) => {
        const fact = term.host?.(host) ?? null;
        return fact === null ? [] : [{ host: host.name, fact }];
      })
      .concat(here.decided),
    related: here.rules
      .filter(({ id }) => term.rules.includes(id) && !explained.has(id))
      .map(({ id, title }) => ({
        id,
        title,
        open: here.open.filter(({ rule }) => rule === id),
        unknown: undecided.filter(({ rule }) => rule === id).length,
      })),
  };
}

function findContainers(
  about: TermContainers,
  containers: readonly ExplainedContainer[],
): ExplainedTerm['containers'] {
  const named = (list: readonly ExplainedContainer[]) =>
    list.map(({ host, name }) => ({ host, name }));
  const common = { label: about.label, total: containers.length };
  if ('match' in about) {
    const found = containers.filter(({ facts }) => facts !== undefined && about.match(facts));
    return { ...common, found: named(found), unsure: [] };
  }
  const { facet } = about;
  return {
    ...common,
    found: named(containers.filter(({ facets }) => facets?.includes(facet))),
    unsure: named(containers.filter(({ unverifiedFacets }) => unverifiedFacets?.includes(facet))),
  };
}
