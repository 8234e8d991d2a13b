import type { AskedPast } from '../answers/asked-past.ts';
import type { Count, Unread, UnreadHost } from '../answers/host-state.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { StoredScan } from '../ports/scan-store.ts';

/** Null when the newest scan of a host read its engine and its containers. */
export function unreadNow(
  last: Pick<StoredScan, 'id' | 'unreadSections'> | null,
  lastGood: Pick<StoredScan, 'id' | 'finishedAt'> | null,
): Unread | null {
  if (last === null) return { reason: 'it was never scanned', since: null };
  if (lastGood !== null && lastGood.id === last.id) return null;
  const missing = last.unreadSections.find(({ section }) => essential.includes(section));
  const reason = missing?.reason ?? 'its last scan could not read it';
  return { reason, since: lastGood?.finishedAt ?? null };
}

/** Sections without which a scan says nothing of a host. */
export const essential: readonly string[] = ['engine', 'containers'];

/** What the number found on hosts says, at the time that was asked about; `past` is null for now. */
export function countOn(
  count: number,
  asked: {
    hosts: readonly { name: string; unread: Unread | null }[];
    past: AskedPast | null;
    blind: readonly BlindInterval[];
  },
): Count {
  const unread = asked.hosts.flatMap((host): UnreadHost[] => {
    const why = asked.past === null ? host.unread : unreadThen(host.name, asked.past, asked.blind);
    return why === null ? [] : [{ host: host.name, ...why }];
  });
  const [first, ...others] = unread;
  return first !== undefined && count === 0 && unread.length === asked.hosts.length
    ? { count: null, unread: [first, ...others] }
    : { count, unread };
}

function unreadThen(
  host: string,
  { sights, to }: AskedPast,
  blind: readonly BlindInterval[],
): Unread | null {
  const { firstAt = null } = sights.find((sight) => sight.host === host) ?? {};
  if (firstAt === null) return { reason: 'it was never read', since: null };
  const at = Date.parse(to);
  if (Date.parse(firstAt) > at) {
    return { reason: `it was first read later, at ${firstAt}`, since: null };
  }
  const dark = blind.find(
    (one) =>
      one.kind === 'scan' &&
      one.host === host &&
      Date.parse(one.from) <= at &&
      (one.to === null || Date.parse(one.to) > at),
  );
  return dark === undefined ? null : { reason: dark.cause, since: dark.lastGood };
}
