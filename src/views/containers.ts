import type { AnswerBase, ListPage } from '../answers/answer-base.ts';
import type { AskedPast } from '../answers/container-past.ts';
import type { Count, HostState } from '../answers/host-state.ts';
import type { Self } from '../answers/own-power.ts';
import { containerOrder } from '../inspections/paging.ts';
import { isSelf } from '../inspections/self-among.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { StoredContainer } from '../ports/stored.ts';
import type { Glimpse } from '../ports/watch-store.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { tableByHosts } from './alike-hosts.ts';
import { heading, note, type Part, type View } from './document.ts';
import { gravestFacetsFirst } from './grave-facets.ts';
import { hostNotes, selfNotes } from './host-notes.ts';
import { shownPage } from './pages.ts';
import { blindNotes, countText, notWatchedNotes, pastNotes, periodText } from './past.ts';

export interface ContainersAnswer extends AnswerBase {
  kind: 'containers';
  facets: string[];
  hosts: HostState[];
  containers: StoredContainer[];
  /** How many there are, or why nobody knows. */
  total: Count;
  /** What of the list is shown; null for all of it. */
  page: ListPage | null;
  /** Containers that may have the facets, but one of them could not be judged. */
  unverified: StoredContainer[];
  /** How many these are, on all pages. */
  unverifiedCount: number;
  /** Containers of which only the existence is known: nobody could look at them in time. */
  glimpses: Glimpse[];
  /** Null for a question about now. */
  past: AskedPast | null;
  /** Times within the question, or within the last week, in which a host could not be seen. */
  blind: BlindInterval[];
  /** Hosts that nobody watches now; null for a question about now, for which nobody looked. */
  unwatched: string[] | null;
  self: Self;
}

/** Rows of one page: a table takes 99, and the text of all of them must fit into few messages. */
const ROWS = 50;
const GLIMPSES_SHOWN = 10;
const BLIND_SHOWN = 3;

export const containers: View<ContainersAnswer> = (answer) => {
  const { facets, containers: found, unverified, hosts, past, blind, takenAt } = answer;
  const kind = facets.length > 0 ? ` (${facets.join(' + ')})` : '';
  const known = isUnheard(answer) ? 'known ' : '';
  const [one, many] = [`${known}container${kind}`, `${known}containers${kind}`];
  const number = countText(answer.total, past, one, many);
  const title = `${number}${periodText(past)}`;
  const page = shownPage(found, answer.page, containerOrder, (rest) => rest.slice(0, ROWS));
  const seen = found.map(({ host, facts, lastSeen }) => ({ host, name: facts.name, lastSeen }));
  const names = unverified.map(({ facts, host }) => `${facts.name} on ${host}`);
  return {
    headline: `${title} on ${hosts.map(({ name }) => name).join(', ')}`,
    summary: [
      heading(title),
      ...tableByHosts(
        ['container', 'host', 'state', 'image', 'properties'],
        page.shown.map((container) => toRow(container, answer)),
      ),
      ...page.notes,
      names.length > 0 &&
        note(
          `Could not be judged, so may belong here: ${listed(names, undefined, answer.unverifiedCount)}.`,
        ),
      ...glimpseNotes(answer),
      ...selfNotes(answer.self, takenAt),
      ...pastNotes(past, seen),
      ...(past === null ? unheardNotes(answer) : blindNotes(blind)),
      ...notWatchedNotes(answer.unwatched ?? []),
      ...hostNotes(hosts, takenAt, heardIn(answer)),
    ],
    actions: page.actions,
  };
};

/** True where nothing is listed of a stretch of time in which not everything was heard: that is no zero. */
const isUnheard = ({ total, past, blind, unwatched }: ContainersAnswer): boolean =>
  total.count === 0 && past !== null && blind.length + (unwatched?.length ?? 0) > 0;

/** Hosts of which something is shown. */
const heardIn = ({ containers: found, unverified, glimpses }: ContainersAnswer): string[] =>
  [...found, ...unverified, ...glimpses].map(({ host }) => host);

/** What is known to exist, or to have existed, and nothing more. */
function glimpseNotes({ glimpses }: ContainersAnswer): Part[] {
  if (glimpses.length === 0) return [];
  const names = glimpses.map(({ name, host, image }) => `${name} on ${host} (${image})`);
  const [first] = glimpses;
  const reason = first ? `: ${first.reason}` : '';
  return [
    note(`Configuration unknown of ${counted(names.length, 'more container')}${reason}. `),
    note(listed(names, GLIMPSES_SHOWN)),
  ];
}

/** What may be missing in the list; the newest first. */
function unheardNotes({ blind, takenAt }: ContainersAnswer): Part[] {
  const unheard = blind.filter(({ kind }) => kind === 'watch').toReversed();
  const lines = unheard.slice(0, BLIND_SHOWN).map(({ host, from, to, cause }) => {
    const since = ageBetween(from, takenAt);
    const how = to === null ? `since then (${since})` : `for ${lengthText(from, to)}, ${since}`;
    return note(`${host} was not watched ${how}: ${cause}. Containers may have come and gone.`);
  });
  const hidden = unheard.length - lines.length;
  return hidden > 0 ? [...lines, note(`… and ${counted(hidden, 'more such time')}.`)] : lines;
}

function lengthText(from: string, to: string): string {
  const seconds = Math.max(1, Math.round((Date.parse(to) - Date.parse(from)) / 1_000));
  return seconds < 120 ? counted(seconds, 'second') : counted(Math.round(seconds / 60), 'minute');
}

function toRow(container: StoredContainer, answer: ContainersAnswer): string[] {
  const { facts, host, facets, removedAt } = container;
  const gone = removedAt ? `gone ${ageBetween(removedAt, answer.takenAt)}` : null;
  const isPast = answer.past !== null;
  // Of the past both are true: what it was then, and that it is gone by now.
  const was = isPast ? `was ${facts.state}, ${gone}` : gone;
  const state = (gone === null ? facts.state : was) ?? '';
  const own = isSelf(container, answer.self) ? ['self'] : [];
  const properties = [...own, ...gravestFacetsFirst(facets)];
  return [facts.name, host, state, facts.imageReference, properties.join(', ') || '–'];
}
