/** Why nobody knows how a host is at the time in question. */
export interface Unread {
  reason: string;
  /** ISO time of the last good scan before, from which on nothing is known; null without one. */
  since: string | null;
}

export interface UnreadHost extends Unread {
  host: string;
}

/**
 * How many there are on several hosts, or that nobody knows: where no host was read there is no
 * number that could be printed. A number counts the hosts that are not in `unread`, and what
 * is still known of those that are.
 */
export type Count =
  | { count: number; unread: UnreadHost[] }
  | { count: null; unread: [UnreadHost, ...UnreadHost[]] };
