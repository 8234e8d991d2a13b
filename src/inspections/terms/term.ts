import type { HostState } from '../../answers/host-state.ts';
import type { ContainerFacts } from '../../snapshot/facts/container.ts';

/** Something that people ask about by name, explained in own words. */
export interface Term {
  /** Kebab-case, as `explain` prints it. */
  id: string;
  /** As it is written in running text. */
  name: string;
  /** Other ways to type it; case, blanks, `_` and `-` do not count. */
  aliases: readonly string[];
  /** What it is and why it matters for containers, two to four sentences. */
  text: string;
  /** Where to read on: a manual page, a part of a vendor's manual, or a page of this project. */
  source: string;
  /** Ids of the rules that judge it. */
  rules: readonly string[];
  /** Which containers it is about, and what the list of them is headed by. */
  containers?: TermContainers;
  /** What is known of a host; null for nothing. */
  host?: (state: HostState) => string | null;
}

/** By a facet, which rules decide and which may be unknown, or by plain facts. */
export type TermContainers =
  | { label: string; facet: string }
  | { label: string; match: (facts: ContainerFacts) => boolean };
