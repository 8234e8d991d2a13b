/** A thread of a channel, or a direct message without one. */
export interface ConversationPlace {
  channel: string;
  /** The message that the thread is below. */
  threadTs?: string | undefined;
}

/** Characters of the longest line that is kept; a longer one takes nothing over. */
export const CONVERSATION_LINE_MAX = 500;

/** The line that was answered last in each conversation, for messages that only change it. */
export interface ConversationLines {
  /** Keeps a line in the place of the one before. `at` in epoch milliseconds. */
  keep(place: ConversationPlace, line: string, at: number): Promise<void>;
  /** The line that was kept last; null for none, and for one from before `since` (epoch milliseconds). */
  last(place: ConversationPlace, since: number): Promise<string | null>;
}
