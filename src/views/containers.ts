import type { StoredContainer } from '../answers/ports.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { heading, note, table, type View } from './document.ts';
import { hostNotes } from './host-notes.ts';

export const containers: View<'containers'> = (answer) => {
  const { facets, containers: found, unverified, hosts, takenAt, next } = answer;
  const kind = facets.length > 0 ? ` (${facets.join(' + ')})` : '';
  const title = `${counted(found.length, 'container')}${kind}`;
  const names = unverified.map(({ facts, host }) => `${facts.name} on ${host}`);
  return {
    headline: `${title} on ${hosts.map(({ name }) => name).join(', ')}`,
    summary: [
      heading(title),
      ...table(
        ['container', 'host', 'state', 'image', 'properties'],
        found.map((container) => toRow(container, takenAt)),
      ),
      ...(names.length > 0
        ? [note(`Could not be judged, so may belong here: ${listed(names)}.`)]
        : []),
      ...hostNotes(hosts, takenAt),
    ],
    details: [],
    next,
  };
};

function toRow({ facts, host, facets, removedAt }: StoredContainer, now: string): string[] {
  const state = removedAt ? `gone, ${ageBetween(removedAt, now)}` : facts.state;
  return [facts.name, host, state, facts.imageReference, facets.join(', ') || '–'];
}
