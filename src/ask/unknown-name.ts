import type { Offer } from './offer.ts';
import type { Reading } from './read-question.ts';

/** What is named where something known must stand. */
export interface Stranger {
  what: NonNullable<Offer['missing']>;
  typed: string;
}

/** Behind the name of a person or a team. */
const SAYS =
  /^(?:say|said|asks?|asked|wants?|wanted|told|reported|thinks?|claims?|needs?|complains?|insists?)$/;

/** Where something is read is no host. */
const READS =
  /^(?:read|reading|saw|seen|heard|posted|published|written|news|article|thread|announced)$/;

/** The first word that nobody knows; null without one. */
export const strangeText = ({ tokens, strange }: Reading): string | null =>
  strange[0] === undefined ? null : (tokens[strange[0]]?.text ?? null);

/** A word that stands where a name does, and that is none which is known. */
export function unknownName(
  { tokens, strange }: Reading,
  used: ReadonlySet<number>,
): Stranger | null {
  for (const at of strange) {
    if (used.has(at)) continue;
    const typed = tokens[at]?.text ?? '';
    const before = tokens[at - 1]?.word ?? '';
    const behind = tokens[at + 1]?.word ?? '';
    if (SAYS.test(behind) || /^(?:\d+|q[1-4])$/.test(typed)) continue;
    // “I read on heise”.
    if (READS.test(tokens[at - 2]?.text ?? '')) continue;
    const isHost =
      ['on', 'host', 'server', 'box', 'machine', 'node', 'at', 'in', 'from'].includes(before) ||
      ['host', 'server', 'box', 'machine', 'node'].includes(behind);
    const isContainer = before === 'container' || behind === 'container' || behind === 'service';
    const looksNamed = /^[a-z][a-z-]*\d/.test(typed) || /^[a-z]+(?:-[a-z0-9]+)+$/.test(typed);
    if (isHost) return { what: 'host', typed };
    if (isContainer || looksNamed) return { what: 'container', typed };
  }
  return null;
}
