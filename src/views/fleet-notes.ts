import type { HostState } from '../answers/host-state.ts';
import { HOSTS_LISTED } from '../inspections/count-open.ts';
import { ageBetween, clamp, counted, listed } from '../shared/text.ts';
import { hintIn, withoutHint } from '../snapshot/needed-level.ts';
import { code, note, type Part, type Parts, strong } from './document.ts';

/** Up to so many hosts have a line each; of more the worst have one, and the rest is counted. */
export const HOSTS_SHOWN = HOSTS_LISTED;

const CAUSES_SHOWN = 5;
const NAMES_SHOWN = 4;
const CAUSE_LENGTH = 120;

/** A host that nobody could read, and why. */
export interface UnreadCause {
  host: string;
  reason: string;
}

/** Hosts that could not be read, by cause, the commonest first: how many, and a few by name. */
export function unreadHostNotes(unread: readonly UnreadCause[], total: number): Parts {
  if (unread.length === 0) return [];
  const groups = [...Map.groupBy(unread, ({ reason }) => clamp(reason, CAUSE_LENGTH))].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const shown = groups.slice(0, CAUSES_SHOWN).map(([reason, hosts]) => {
    const names = hosts.map(({ host }) => host);
    const count = strong(`${hosts.length} of ${counted(total, 'host')}`);
    return note(count, ` not read: ${reason}: ${listed(names, NAMES_SHOWN)}.`);
  });
  const rest = groups.slice(CAUSES_SHOWN).reduce((sum, [, hosts]) => sum + hosts.length, 0);
  return [...shown, rest > 0 && note(`${counted(rest, 'more host')} not read, for other causes.`)];
}

/** So many of the notes, and how many more of what they are there are. */
export const firstNotes = (notes: readonly Part[], most: number, noun: string): Parts =>
  notes.length <= most
    ? [...notes]
    : [...notes.slice(0, most), note(`… and ${counted(notes.length - most, noun)}.`)];

/** What is unknown of those that each reason names, most of them first, and what to set to know more. */
export function reasonNotes(reasons: ReadonlyMap<string, readonly string[]>, most: number): Parts {
  const notes = [...reasons]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([reason, names]) => note(`Unknown for ${listed(names, 3)}: ${withoutHint(reason)}`));
  const toSet = hintIn([...reasons.keys()]);
  return [
    ...firstNotes(notes, most, 'more reason'),
    toSet !== null && note(`To know more: ${toSet}.`),
  ];
}

/** How many hosts have no line of their own, and how many of them nobody could read. */
export const restText = (hidden: number, unread = 0): string =>
  `and ${counted(hidden, 'host')} more${unread > 0 ? `, ${unread} of them unread` : ''}`;

/** The same as a line below a list; nothing where all have one. `line` shows the others. */
export const restNotes = (hidden: number, unread: number, line: string): Parts =>
  hidden <= 0 ? [] : [note(`… ${restText(hidden, unread)}: `, code(line), '.')];

/**
 * How far the data of many hosts can be trusted: what nobody could read, by cause; what was read in part;
 * and how old the rest is.
 */
export function fleetNotes(hosts: readonly HostState[], now: string): Parts {
  const unread = hosts.flatMap(({ name, unread: why }) =>
    why === null ? [] : [{ host: name, reason: why.reason }],
  );
  const readable = hosts.filter(({ unread: why }) => why === null);
  const partly = readable.filter(({ unreadSections }) => unreadSections.length > 0);
  const names = partly.map(({ name }) => name);
  const sections = [...new Set(partly.flatMap((one) => one.unreadSections.map((s) => s.section)))];
  const times = readable.flatMap(({ lastScanAt }) => lastScanAt ?? []).sort();
  const [oldest, newest] = [times[0], times.at(-1)];
  return [
    ...unreadHostNotes(unread, hosts.length),
    partly.length > 0 &&
      note(
        strong(counted(partly.length, 'host')),
        ` not read as a whole (${listed(sections, NAMES_SHOWN)}): ${listed(names, NAMES_SHOWN)}.`,
      ),
    oldest !== undefined &&
      newest !== undefined &&
      note(
        strong(counted(readable.length, 'host')),
        ` as of ${[...new Set([ageBetween(newest, now), ageBetween(oldest, now)])].join(' to ')}.`,
      ),
  ];
}
