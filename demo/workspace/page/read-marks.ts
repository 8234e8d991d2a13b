/** How far each user has read each channel; the page alone knows. */
export interface ReadMarks {
  /** Timestamp of the last message that was seen; the empty text for none. */
  find(user: string, channel: string): string;
  /** Marks everything up to the message as seen; a mark never goes back. */
  set(user: string, channel: string, ts: string): void;
}

/** Marks of nobody yet. */
export function createReadMarks(): ReadMarks {
  const marks = new Map<string, string>();
  const keyOf = (user: string, channel: string) => `${user} ${channel}`;
  const find: ReadMarks['find'] = (user, channel) => marks.get(keyOf(user, channel)) ?? '';
  return {
    find,
    set(user, channel, ts) {
      if (ts > find(user, channel)) marks.set(keyOf(user, channel), ts);
    },
  };
}
