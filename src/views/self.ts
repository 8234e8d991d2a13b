import type { Self } from '../answers/self.ts';
import { ageBetween, counted } from '../shared/text.ts';
import { note, type Part, strong } from './document.ts';

/** What is Seawall itself, in one line; nothing where nothing is known to be. */
export function selfNotes({ container, probes }: Self, now: string): Part[] {
  const own = container
    ? [`${container.name} on ${container.host}, judged and counted like any other`]
    : [];
  const told = probes.map(
    ({ host, count, since }) =>
      `${counted(count, 'probe')} on ${host} since ${ageBetween(since, now)}, not counted`,
  );
  const all = [...own, ...told];
  return all.length === 0 ? [] : [note(strong('self'), `: ${all.join('; ')}.`)];
}
