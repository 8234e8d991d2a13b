import type { HostState } from '../answers/host-state.ts';
import type { Self } from '../answers/own-power.ts';
import { withoutReplicas } from '../findings/replica-reason.ts';
import { HOSTS_LISTED } from '../inspections/count-open.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { UndecidedCount } from '../ports/scan-store.ts';
import { ageBetween, clamp, counted, listed } from '../shared/text.ts';
import { hintIn, withoutHint } from '../snapshot/needed-level.ts';
import { clockNotes } from './clock-notes.ts';
import { code, note, type Part, type Parts, paragraph, strong } from './document.ts';

const REASON_LENGTH = 160;
/** The same as `ageNotes`, and whose clock is wrong. */
export const hostNotes = (
  hosts: readonly HostState[],
  now: string,
  heard: readonly string[] = [],
): Parts => [...ageNotes(hosts, now, heard), ...clockNotes(hosts)];

/**
 * How far the data of each host can be trusted: its age, what was not read, and its remark; of many hosts in a few
 * sentences. `heard`: hosts of which the answer shows something, be it by their events alone.
 */
export function ageNotes(
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
  const byReason = Map.groupBy(unread, ({ reason }) => reason);
  return [...byReason].map(([reason, found]) =>
    note(`Not read: ${found.map(({ section }) => section).join(', ')}: ${reason}`),
  );
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

/** Up to so many hosts have a line each; of more the worst have one, and the rest is counted. */
export const HOSTS_SHOWN = HOSTS_LISTED;

const CAUSES_SHOWN = 5;
const NAMES_SHOWN = 4;
const CAUSE_LENGTH = 120;

/** A host that nobody could read, and why. */
interface UnreadCause {
  host: string;
  reason: string;
}

/** Hosts that could not be read, by cause, the commonest first: how many, and a few by name. */
export function unreadHostNotes(unread: readonly UnreadCause[], total: number): Parts {
  if (unread.length === 0) return [];
  const groups = commonestFirst(Map.groupBy(unread, ({ reason }) => clamp(reason, CAUSE_LENGTH)));
  const shown = groups.slice(0, CAUSES_SHOWN).map(([reason, hosts]) => {
    const names = hosts.map(({ host }) => host);
    const count = strong(`${hosts.length} of ${counted(total, 'host')}`);
    return note(count, ` not read: ${reason}: ${listed(names, NAMES_SHOWN)}.`);
  });
  const rest = groups.slice(CAUSES_SHOWN).reduce((sum, [, hosts]) => sum + hosts.length, 0);
  return [...shown, rest > 0 && note(`${counted(rest, 'more host')} not read, for other causes.`)];
}

/** Groups in the order of how many each has, the largest first. */
export const commonestFirst = <Key, T>(
  groups: Iterable<[Key, readonly T[]]>,
): [Key, readonly T[]][] => [...groups].sort(([, a], [, b]) => b.length - a.length);

/** So many of the notes, and how many more of what they are there are. */
export const firstNotes = (notes: readonly Part[], most: number, noun: string): Parts =>
  notes.length <= most
    ? [...notes]
    : [...notes.slice(0, most), note(`… and ${counted(notes.length - most, noun)}.`)];

/** What is unknown of those that each reason names, most of them first, and what to set to know more. */
export function reasonNotes(reasons: ReadonlyMap<string, readonly string[]>, most: number): Parts {
  const notes = commonestFirst(reasons).map(([reason, names]) =>
    note(`Unknown for ${listed(names, 3)}: ${withoutHint(reason)}`),
  );
  const toSet = hintIn([...reasons.keys()]);
  return [
    ...firstNotes(notes, most, 'more reason'),
    toSet !== null && note(`To know more: ${toSet}.`),
  ];
}

/** How many hosts have no line of their own, and how many of them nobody could read. */
export const restText = (hidden: number, unread: number): string =>
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

/** A judgement that could not be made. */
export interface Missing {
  rule: string;
  subject: string | null;
  reason: string;
}

/** Missing judgements that have one cause. */
export interface CauseGroup {
  cause: string;
  missing: Missing[];
}

const CAUSES_SAID = 2;
const REASON_SAID_LENGTH = 90;

/** Ids, and what a level would read, differ from subject to subject; what matters is the same. */
const withoutIds = (reason: string) =>
  reason.replace(/(sha256:)?[0-9a-f]{64}/g, '…').replace(/, which reads .*/s, '');

/** Names of controls or sections that a reason is about, such as `cap-ambient, seccomp and 1 more: `. */
const SUBJECTS = /^[a-z][A-Za-z-]*(, [a-z][A-Za-z-]*)*( and (\d+ more|[a-z][A-Za-z-]*))?: /;
/** What follows the first clause; that something is not verified, and what it needs, belongs to it. */
const REST = /( \((?!needs )|; (?!not verified)).*$/s;

/** The first clause of it: what was to be read, and what a person could do, differ too. */
const clauseOf = (reason: string) =>
  withoutReplicas(withoutIds(reason)).replace(SUBJECTS, '').replace(REST, '');

/** However a reason says that a level would tell it. */
const LEVEL = /needs evidence(?: level|:) ([a-z]+)/;

/** The same in as few words as a line has room for: the evidence level that would tell it, else what is missing. */
export function shortCause(reason: string): string {
  const level = LEVEL.exec(reason)?.[1];
  if (level !== undefined) return `needs evidence: ${level}`;
  const cause = clauseOf(reason).replace(/^configured; not verified: |: \/seawall attest .*/gs, '');
  return clamp(cause, REASON_SAID_LENGTH);
}

/** Missing judgements by reason, the most frequent first. */
const groupByReason = (undecided: readonly Missing[]): CauseGroup[] =>
  grouped(undecided, withoutIds);

/** The same by the cause that reasons have in common. */
export const groupByCause = (undecided: readonly Missing[]): CauseGroup[] =>
  grouped(undecided, clauseOf);

function grouped(undecided: readonly Missing[], causeOf: (reason: string) => string): CauseGroup[] {
  const groups = Map.groupBy(undecided, ({ reason }) => causeOf(reason));
  return [...groups]
    .map(([cause, missing]) => ({ cause, missing }))
    .sort((a, b) => b.missing.length - a.missing.length);
}

/** `110 unknown: 80 × needs evidence: kernel; 20 × timeout; 10 for 3 other reasons`; empty for none. */
export const unknownText = (reasons: readonly UndecidedCount[]): string =>
  reasons.length === 0 ? '' : `${sumOf(reasons)} unknown: ${causesText(reasons)}`;

/** The cause that reasons have in common, or how many of them have which; in few words, and empty for none. */
export function causesOf(reasons: readonly string[]): string {
  const [cause = '', ...others] = new Set(reasons.map(shortCause));
  return others.length === 0 ? cause : causesText(reasons.map((reason) => ({ reason, count: 1 })));
}

/** `80 × needs evidence: kernel; 20 × timeout; 10 for 3 other reasons`, the most frequent first. */
function causesText(reasons: readonly UndecidedCount[]): string {
  const causes = Map.groupBy(reasons, ({ reason }) => shortCause(reason));
  const counts = [...causes]
    .map(([cause, alike]) => ({ cause, count: sumOf(alike) }))
    .sort((a, b) => b.count - a.count);
  const said = counts.slice(0, CAUSES_SAID).map(({ cause, count }) => `${count} × ${cause}`);
  const others = counts.slice(CAUSES_SAID);
  if (others.length > 0)
    said.push(`${sumOf(others)} for ${counted(others.length, 'other reason')}`);
  return said.join('; ');
}

/** How many judgements these are in all. */
export const sumOf = (counts: readonly { count: number }[]): number =>
  counts.reduce((sum, { count }) => sum + count, 0);
