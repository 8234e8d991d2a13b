import type { Unjudged } from '../ports/scan-store.ts';
import { counted, listed } from '../shared/text.ts';
import { code, note, type Parts, strong } from './document.ts';

const HOSTS_NAMED = 3;

/** How many containers came after the last scan: they have no finding, and passed nothing either. */
export const unjudgedNote = (unjudged: readonly Unjudged[]): Parts => {
  const count = unjudged.reduce((sum, { containers }) => sum + containers, 0);
  const names = unjudged.map(({ host }) => host);
  const state = `came after the last scan and ${count === 1 ? 'is' : 'are'} not judged yet: `;
  return count === 0
    ? []
    : [
        note(
          strong(counted(count, 'container')),
          ` on ${listed(names, HOSTS_NAMED)} ${state}`,
          code('scan'),
        ),
      ];
};
