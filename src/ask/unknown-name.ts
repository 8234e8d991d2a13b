import { isCounted, isMachineName } from './numbered-name.ts';
import type { Offer } from './offer.ts';
import type { Reading } from './read-question.ts';

/** What is named where something known must stand. */
export interface Stranger {
  what: NonNullable<Offer['missing']>;
  typed: string;
  /** True where it is said of what the name is: “the container foo”, “on foo”; else it only looks like a name. */
  isSaid: boolean;
}

/** Behind the name of a person or a team. */
const SAYS =
  /^(?:say|said|asks?|asked|wants?|wanted|told|reported|thinks?|claims?|needs?|complains?|insists?)$/;

/** Where something is read is no host. */
const READS =
  /^(?:read|reading|saw|seen|heard|posted|published|written|news|article|thread|announced)$/;

/** What is done to a container: “who removed foo”, “when was foo stopped”. */
const DONE_TO =
  /^(?:removed|deleted|stopped|killed|restarted|started|created|paused|launched|redeployed|recreated)$/;
const ASKS_WHO = /^(?:who|when|why|did|has|was|is)$/;
/** Behind the end of such a question. */
const ENDS =
  /^(?:yesterday|today|tonight|last|this|again|since|on|in|at|during|from|and|or|running|up|alive|gone|down|back|still)$/;

/** True for a word of which it is asked who did something to it, or what became of it. */
function isDoneTo(tokens: Reading['tokens'], at: number): boolean {
  const texts = tokens.map(({ text }) => text);
  const [first = ''] = texts;
  const from = texts[at - 1] === 'the' ? at - 2 : at - 1;
  const before = texts[from] ?? '';
  const behind = texts[at + 1];
  const isLast = behind === undefined || ENDS.test(behind);
  const isWhose =
    ASKS_WHO.test(first) && isLast && (DONE_TO.test(before) || (from === 0 && first === 'is'));
  const isPassive = /^(?:was|is|has|did|got)$/.test(before) && DONE_TO.test(behind ?? '');
  const isFate = isLast && before === 'to' && texts[from - 1] === 'happened';
  return isWhose || isPassive || isFate;
}

/** Between two hosts. */
const BESIDE = /^(?:and|or|nor|with|versus|vs|to|than)$/;

/** The first word that nobody knows; null without one. */
export const strangeText = ({ tokens, strange }: Reading): string | null =>
  strange[0] === undefined ? null : (tokens[strange[0]]?.text ?? null);

/** A word that stands where a name does, and that is none which is known. */
export function unknownName(
  { tokens, strange, hosts }: Reading,
  used: ReadonlySet<number>,
): Stranger | null {
  const ends = new Set(hosts.map(({ from, length }) => from + length));
  for (const at of strange) {
    if (used.has(at)) continue;
    const typed = tokens[at]?.text ?? '';
    const before = tokens[at - 1]?.word ?? '';
    const behind = tokens[at + 1]?.word ?? '';
    if (SAYS.test(behind) || /^(?:\d+|q[1-4])$/.test(typed) || isCounted(typed)) continue;
    // “I read on heise”.
    if (READS.test(tokens[at - 2]?.text ?? '')) continue;
    // “Findings on web1 and db-3”.
    const isBeside = BESIDE.test(before) && ends.has(at - 1);
    const isHost =
      isBeside ||
      isMachineName(typed) ||
      ['on', 'host', 'server', 'box', 'machine', 'node', 'at', 'in', 'from'].includes(before) ||
      ['host', 'server', 'box', 'machine', 'node'].includes(behind);
    const isContainer =
      before === 'container' || ['container', 'service'].includes(behind) || isDoneTo(tokens, at);
    const looksNamed = /^[a-z][a-z-]*\d/.test(typed) || /^[a-z]+(?:-[a-z0-9]+)+$/.test(typed);
    if (isHost) return { what: 'host', typed, isSaid: true };
    if (isContainer || looksNamed) return { what: 'container', typed, isSaid: isContainer };
  }
  return null;
}

/** What must be said, and in the place of which unknown word. */
export interface Missing {
  command: string;
  what: NonNullable<Offer['missing']>;
  /** The word that stands where a name is needed, of which none is known. */
  typed: string | null;
}

/** Commands that are asked of one container: the name that another is asked of is that of a host. */
export const OF_ONE_CONTAINER = ['inspect', 'reach', 'why', 'controls', 'isolation', 'execs'];

/** What must be said instead of a name that nobody knows, for the line of a command. */
export const missingOf = ({ what, typed, isSaid }: Stranger, command: string): Missing => ({
  command,
  what: isSaid || OF_ONE_CONTAINER.includes(command) ? what : 'host',
  typed,
});
