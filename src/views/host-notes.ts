import type { HostState } from '../answers/host-state.ts';
import type { Self } from '../answers/own-power.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { UndecidedCount } from '../ports/scan-store.ts';
import { ageBetween, clamp, counted, listed } from '../shared/text.ts';
import { code, note, type Part, type Parts, paragraph, strong } from './document.ts';
import { fleetNotes, HOSTS_SHOWN } from './fleet-notes.ts';
import { groupByReason, type Missing, unknownText } from './unknown-causes.ts';

const REASON_LENGTH = 160;
/**
 * How far the data of each host can be trusted: its age, what was not read, and its remark; of many hosts in a few
 * sentences. `heard`: hosts of which the answer shows something, be it by their events alone.
 */
export function hostNotes(
  hosts: readonly HostState[],
  now: string,
  heard: readonly string[] = [],
): Parts {
  if (hosts.length > HOSTS_SHOWN) return fleetNotes(hosts, now);
  const alike = Map.groupBy(hosts, (host) => wholeText(host, now) ?? host.name);
  return [...alike].flatMap(([text, ones]) =>
    ones.length > 1
      ? [note(strong(ones.map(({ name }) => name).join(', ')), text)]
      : ones.map((host) => hostNote(host, now, heard.includes(host.name))),
  );
}

/** What is said behind the name of a host that its last scan could read as a whole; null of any other. */
function wholeText(host: HostState, now: string): string | null {
  const { lastScanAt, lastGoodScanAt, unreadSections, isRetired } = host;
  if (isRetired || lastScanAt === null || lastScanAt !== lastGoodScanAt) return null;
  if (unreadSections.length > 0) return null;
  return `${hostRemark(host)} as of ${ageBetween(lastScanAt, now)}.`;
}

function hostNote(host: HostState, now: string, isHeard: boolean): Part {
  const name = strong(host.name);
  const kind = host.isRetired ? ' (no longer declared in the settings)' : hostRemark(host);
  if (host.lastScanAt === null) {
    const known = isHeard ? 'this is what its events told' : 'nothing is known';
    return note(name, kind, ` was never scanned: ${known}. Try `, code('scan'), '.');
  }
  if (host.lastGoodScanAt !== host.lastScanAt) {
    const age = host.lastGoodScanAt
      ? `this is its last good data, ${ageBetween(host.lastGoodScanAt, now)}`
      : 'there is no earlier data';
    const tried = ageBetween(host.lastScanAt, now);
    const why = host.unread === null ? '' : ` (${clamp(host.unread.reason, REASON_LENGTH)})`;
    return note(name, kind, ` could not be read ${tried}${why}; ${age}.`);
  }
  const unread = host.unreadSections.map(({ section }) => section);
  const gaps = unread.length > 0 ? `; not read: ${unread.join(', ')}` : '';
  return note(name, kind, ` as of ${ageBetween(host.lastScanAt, now)}${gaps}.`);
}

/** What could not be read, one sentence per reason. */
export function unreadNotes(unread: readonly UnreadSection[]): Parts {
  const sections = new Map<string, string[]>();
  for (const { section, reason } of unread) {
    sections.set(reason, [...(sections.get(reason) ?? []), section]);
  }
  return [...sections].map(([reason, names]) => note(`Not read: ${names.join(', ')}: ${reason}`));
}

/** How many groups of missing judgements are spelled out. */
const REASONS_SHOWN = 10;

/** Which judgements are missing and why: one sentence per kind of reason. */
export function undecidedNotes(undecided: readonly Missing[]): Parts {
  const all = groupByReason(undecided);
  const notes = all.slice(0, REASONS_SHOWN).map(({ cause, missing }) => {
    const rules = new Set(missing.map(({ rule }) => rule));
    const subjects = new Set(missing.flatMap(({ subject }) => subject ?? []));
    const whom = subjects.size > 0 ? ` for ${listed([...subjects], 3)}` : '';
    return note('Unknown: ', strong(listed([...rules], 3)), `${whom}: ${cause}`);
  });
  const hidden = all.length - notes.length;
  return [...notes, hidden > 0 && note(`… and ${hidden} more reasons.`)];
}

/** How many judgements are missing and by which causes, in one line, and which line has them all; nothing where none is. */
export function unknownNote(reasons: readonly UndecidedCount[], line: string): Parts {
  const text = unknownText(reasons);
  return text === '' ? [] : [note(`${text}; see `, code(line), '.')];
}

/** That there is no container, or that nobody knows: a host could not be read. */
export const noContainers = (hosts: readonly HostState[]): Part =>
  paragraph(
    hosts.some(({ lastScanAt, unread }) => lastScanAt === null || unread !== null)
      ? 'It is unknown which containers there are.'
      : 'No container is known.',
  );

const REMARK_LENGTH = 80;

/** What the label `remark` of a host says, in brackets to stand behind its name; empty without one. */
export const hostRemark = ({ labels }: { labels: Readonly<Record<string, string>> }): string =>
  labels.remark ? ` (${clamp(labels.remark, REMARK_LENGTH)})` : '';

/** What is Seawall itself, in one line; nothing where nothing is known to be. */
export function selfNotes({ container, probes }: Self, now: string): Parts {
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
