import { containerOrder } from '../answers/list-page.ts';
import type { StoredContainer } from '../answers/ports.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { heading, note, table, type View } from './document.ts';
import { hostNotes } from './host-notes.ts';
import { shownPage } from './pages.ts';
import { blindNotes, pastNotes, periodText } from './past.ts';

/** Rows of one page: a table takes 99, and the text of all of them must fit into few messages. */
const ROWS = 50;

export const containers: View<'containers'> = (answer) => {
  const { facets, containers: found, unverified, hosts, past, blind, takenAt, next } = answer;
  const kind = facets.length > 0 ? ` (${facets.join(' + ')})` : '';
  const title = `${counted(found.length, 'container')}${kind}${periodText(past)}`;
  const page = shownPage(found, answer.page, containerOrder, (rest) => rest.slice(0, ROWS));
  const names = unverified.map(({ facts, host }) => `${facts.name} on ${host}`);
  return {
    headline: `${title} on ${hosts.map(({ name }) => name).join(', ')}`,
    summary: [
      heading(title),
      ...table(
        ['container', 'host', 'state', 'image', 'properties'],
        page.shown.map((container) => toRow(container, takenAt, past !== null)),
      ),
      ...page.notes,
      ...(names.length > 0
        ? [note(`Could not be judged, so may belong here: ${listed(names)}.`)]
        : []),
      ...pastNotes(
        past,
        found.map(({ host, facts, lastSeen }) => ({ host, name: facts.name, lastSeen })),
      ),
      ...(past === null ? [] : blindNotes(blind)),
      ...hostNotes(hosts, takenAt),
    ],
    details: [],
    actions: page.actions,
    next,
  };
};

function toRow(
  { facts, host, facets, removedAt }: StoredContainer,
  now: string,
  isPast: boolean,
): string[] {
  const gone = removedAt ? `gone ${ageBetween(removedAt, now)}` : null;
  // Of the past both are true: what it was then, and that it is gone by now.
  const state = [isPast || gone === null ? facts.state : null, gone].filter(Boolean).join(', ');
  return [facts.name, host, state, facts.imageReference, facets.join(', ') || '–'];
}
