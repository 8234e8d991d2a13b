import type { HostState } from '../answers/host-state.ts';
import { ageBetween, counted, listed } from '../shared/text.ts';
import { code, note, type Part, strong } from './document.ts';

/** How far the data of each host can be trusted: its age, what was not read, whether it is a sample. */
export function hostNotes(hosts: readonly HostState[], now: string): Part[] {
  return hosts.flatMap((host) => {
    const name = strong(host.name);
    const sample = host.isSample ? [note(name, ' is the bundled sample host, a recording.')] : [];
    if (host.lastScanAt === null) {
      return [
        ...sample,
        note(name, ' was never scanned: nothing is known. Try ', code('scan'), '.'),
      ];
    }
    if (host.lastGoodScanAt !== host.lastScanAt) {
      const age = host.lastGoodScanAt
        ? `this is its last good data, ${ageBetween(host.lastGoodScanAt, now)}`
        : 'there is no earlier data';
      return [
        ...sample,
        note(name, ` could not be read ${ageBetween(host.lastScanAt, now)}; ${age}.`),
      ];
    }
    const unread = host.unreadSections.map(({ section }) => section);
    const gaps = unread.length > 0 ? `; not read: ${unread.join(', ')}` : '';
    return [...sample, note(name, ` as of ${ageBetween(host.lastScanAt, now)}${gaps}.`)];
  });
}

/** Reasons why judgements are missing, grouped, as a sentence each. */
export function undecidedNotes(undecided: readonly { rule: string; reason: string }[]): Part[] {
  const byReason = new Map<string, Set<string>>();
  for (const { rule, reason } of undecided) {
    byReason.set(reason, (byReason.get(reason) ?? new Set()).add(rule));
  }
  return [...byReason].slice(0, 10).map(([reason, rules]) => {
    const count = counted(rules.size, 'rule');
    return note(`Unknown (${count}: ${listed([...rules].sort())}): ${reason}`);
  });
}
