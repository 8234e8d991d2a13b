import type { AskedPast } from '../answers/container-past.ts';
import type { Count } from '../answers/host-state.ts';
import { isCertain, latestBlind } from '../inspections/describe-past.ts';
import type { BlindInterval } from '../ports/past.ts';
import { clamp, counted, listed } from '../shared/text.ts';
import { code, note, type Part, type Parts, strong } from './document.ts';
import { utcText } from './local-time.ts';

/** Blind intervals that are spelled out, and hosts beside them. */
const BLIND_SHOWN = 4;
const HOSTS_SHOWN = 6;
const CAUSE_LENGTH = 160;

/** `at 2026-01-02 06:00 UTC`, `since …`; empty for now. */
export function periodText(past: AskedPast | null): string {
  if (past === null || Date.parse(past.from) === 0) return '';
  return past.from === past.to ? ` at ${utcText(past.from)}` : ` since ${utcText(past.from)}`;
}

/** How sure an answer about the past is: between which scans it lies, and who may have been gone. */
export function pastNotes(
  past: AskedPast | null,
  containers: readonly { host: string; name: string; lastSeen: string }[] = [],
): Parts {
  if (past === null) return [];
  const isMoment = past.from === past.to;
  const sights = isMoment ? past.sights.slice(0, HOSTS_SHOWN).map(sightNote) : [];
  const doubtful = containers.filter((one) => !isCertain(one, past));
  const names = listed(doubtful.map(({ name, host }) => `${name} on ${host}`));
  return [
    ...sights,
    doubtful.length > 0 && note(`Last seen before that time, so maybe gone by then: ${names}.`),
    past.otherHosts.length > 0 &&
      note(
        `No longer declared in the settings, and left out: ${listed(past.otherHosts)}. Ask `,
        code('on all'),
        ' or by name.',
      ),
  ];
}

function sightNote({ host, firstAt, before, after }: AskedPast['sights'][number]): Part {
  const name = strong(host);
  if (firstAt === null) return note(name, ': no scan has read it; only its events are known.');
  if (before === null) {
    const first = utcText(firstAt);
    return note(
      name,
      ` was first read at ${first}: of the time before, only what was still there.`,
    );
  }
  const until = after === null ? 'no later one' : utcText(after);
  return note(name, `: between the scans of ${utcText(before)} and ${until}.`);
}

/** Times in which hosts could not be read, or nobody heard them: what came and went then is not known. */
export function blindNotes(blind: readonly BlindInterval[], more = 0): Part[] {
  const shown = latestBlind(blind, BLIND_SHOWN).map(({ kind, host, from, to, cause }) => {
    const until = to === null ? 'on, until now' : `to ${utcText(to)}`;
    const what = kind === 'scan' ? 'could not be read' : 'was not watched';
    return note(
      'Blind: ',
      strong(host),
      ` ${what} from ${utcText(from)} ${until}: ${clamp(cause, CAUSE_LENGTH)}. What came and went then is not known.`,
    );
  });
  const hidden = blind.length - shown.length + more;
  return hidden > 0
    ? [...shown, note(`… and ${counted(hidden, 'earlier time')} of that kind.`)]
    : shown;
}

/** Hosts on which only scans see what came and went. */
export const notWatchedNotes = (hosts: readonly string[]): Parts => [
  hosts.length > 0 &&
    note(
      `Not watched now: ${listed(hosts, HOSTS_SHOWN)}. What comes and goes there between two scans is not known.`,
    ),
];

/** `3 open findings`, `2 containers, unknown now on web-2`, or that it is unknown. */
export function countText(
  { count, unread }: Count,
  past: AskedPast | null,
  noun: string,
  plural = `${noun}s`,
): string {
  if (count === null) return `Unknown how many ${plural}`;
  const number = counted(count, noun, plural);
  if (unread.length === 0) return number;
  const hosts = listed(unread.map(({ host }) => host));
  return `${number}, unknown ${past === null ? 'now' : 'then'} on ${hosts}`;
}
