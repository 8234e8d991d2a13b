export interface MessagePlace {
  channel: string;
  /** Timestamp of the thread's first message. */
  threadTs?: string | undefined;
}

/** Where a question was asked, and so where its answer belongs; in a thread, or to open one. */
export interface AskedAt extends MessagePlace {
  user: string;
  /** Their handle, where the delivery tells it: messages and mentions do not. */
  userName?: string | undefined;
  /** Set for a slash command or a button. */
  responseUrl?: string | undefined;
}

/** True for a direct message, in which nobody else is. */
export const isDirect = (channel: string): boolean => channel.startsWith('D');

/** Runs calls to Slack for one place one after the other. */
export type Call = <T>(place: string, work: () => Promise<T>) => Promise<T>;
