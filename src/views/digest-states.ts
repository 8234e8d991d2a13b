import type { DigestHost } from '../answers/digest-answer.ts';
import type { BlindInterval } from '../ports/past.ts';
import { ageBetween, clamp, counted, listed } from '../shared/text.ts';
import { blindLine, short, type Times } from './digest-lines.ts';
import { type Span, strong } from './document.ts';

const NAMES_SHOWN = 4;
const CAUSE_LENGTH = 120;
/** So many hosts that cannot be read for one cause are one line. */
const FOLDED_FROM = 4;

interface Known {
  blind: readonly BlindInterval[];
  now: string;
  times: Times;
}

/** What keeps the data of hosts from being news, of those that have reported: a line each, and one for several that are down alike. */
export function stateLines(hosts: readonly DigestHost[], known: Known): Span[][] {
  const told = hosts.filter(
    ({ state, isFirstRead }) => state !== 'pending' && (state !== 'read' || isFirstRead),
  );
  const alike = Map.groupBy(told, (host) => causeOf(host, known));
  const lines = [...alike].flatMap(([cause, of]) =>
    cause === null || of.length < FOLDED_FROM
      ? of.map((host) => ({ host, lines: stateLine(host, known) }))
      : of.slice(0, 1).map((host) => ({ host, lines: [foldedLine(cause, of, known)] })),
  );
  const placeOf = new Map(told.map((host, place) => [host, place]));
  return lines
    .sort((a, b) => (placeOf.get(a.host) ?? 0) - (placeOf.get(b.host) ?? 0))
    .flatMap((one) => one.lines);
}

/** What is said of a host in that state, and of several that are so alike; `read` for the first time. */
const words: Readonly<Record<DigestHost['state'], { one: string; several: string | null }>> = {
  read: {
    one: 'was scanned for the first time: its findings are the baseline and are not listed as new.',
    several:
      'were scanned for the first time: their findings are the baseline and are not listed as new',
  },
  pending: { one: 'is still reporting; until then', several: null },
  unreported: { one: 'did not report to this digest;', several: 'did not report to this digest' },
  stale: {
    one: 'was not scanned since the digest before;',
    several: 'were not scanned since the digest before',
  },
  never: { one: 'was never read;', several: 'were never read' },
  down: { one: 'was never read;', several: 'were never read' },
};

/** Why a host is as it is, where others may be so for the same cause. */
function causeOf(host: DigestHost, { blind }: Known): string | null {
  const ongoing = isDown(host) && ongoingOf(host, blind);
  return ongoing
    ? `cannot be read (${clamp(ongoing.cause, CAUSE_LENGTH)})`
    : words[host.state].several;
}

/** True for a host that cannot be read now. */
export const isDown = ({ state }: DigestHost): boolean => state === 'never' || state === 'down';

/** How many and which, since when the first of them, and that what is shown of them is old. */
function foldedLine(cause: string, of: readonly DigestHost[], known: Known): Span[] {
  const since = of.flatMap((host) => ongoingOf(host, known.blind)?.from ?? []).sort()[0];
  const names = of.map(({ name }) => short(name));
  const isOld = of.some(({ state, lastGoodAt }) => state !== 'read' && lastGoodAt !== null);
  return [
    strong(counted(of.length, 'host')),
    ` ${cause}${since === undefined ? '' : `, the first since ${known.times.time(since)}`}: ${listed(names, NAMES_SHOWN)}`,
    isOld ? '; shown is their last good data.' : '.',
  ];
}

const ongoingOf = ({ name }: DigestHost, blind: readonly BlindInterval[]) =>
  blind.find((one) => one.kind === 'scan' && one.host === name && one.to === null);

/** What keeps the data of a host from being news; nothing for one that was read. */
export function stateLine(host: DigestHost, { blind, now, times }: Known): Span[][] {
  const { state, isFirstRead, lastGoodAt } = host;
  const [name, { one }] = [strong(short(host.name)), words[state]];
  if (state === 'read') return isFirstRead ? [[name, ` ${one}`]] : [];
  const shown = lastGoodAt
    ? `shown is its last good data, from ${ageBetween(lastGoodAt, now)}`
    : 'nothing is known of it';
  const ongoing = isDown(host) && ongoingOf(host, blind);
  return [ongoing ? [...blindLine(ongoing, times), `; ${shown}.`] : [name, ` ${one} ${shown}.`]];
}
