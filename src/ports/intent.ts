/** The stable name of one finding. */
export interface FindingName {
  host: string;
  fingerprint: string;
}

/** Where a long list goes on. */
export interface Paging {
  /** Key of the last entry that was shown, in the order of the list; null for the beginning. */
  after: string | null;
  /** Ids of the scans that the list is read from, by host; null for the newest of each. */
  scans: Readonly<Record<string, string>> | null;
}

/** Where the public word on a decision goes. */
export interface DecisionPlace {
  channel: string;
  /** Thread of the message with the button; null where there is none to answer in. */
  threadTs: string | null;
}

/**
 * What a button or a form stands for. It stays on the server; Slack gets a random token instead.
 * Whoever uses the token needs the permission for what it does.
 */
export type Intent =
  /** Runs a line, unless it is about a finding that is gone. */
  | { kind: 'run'; line: string; about: FindingName | null }
  | { kind: 'page'; line: string; paging: Paging }
  /** Opens the form that accepts a finding. `reason`: what the person wrote of it already. */
  | { kind: 'accept'; finding: FindingName; reason?: string }
  /** Opens the form for the reason and the expiry of any other line that decides. */
  | { kind: 'decide'; line: string; reason: string }
  /** Opens the form that filters findings. */
  | { kind: 'filter' }
  /** Posts for everyone what one person was shown; opaque to the core and to the store. */
  | { kind: 'share'; document: unknown }
  /** Keeps an alert quiet for so many milliseconds; null ends that. */
  | { kind: 'snooze'; alert: number; forMs: number | null }
  /** Says that somebody looks after an alert, or takes that back. */
  | { kind: 'acknowledge'; alert: number; isUndone: boolean }
  /** Gives an alert to whoever presses; null takes it from whoever has it. */
  | { kind: 'assign'; alert: number; to: 'me' | null }
  /** Opens the form that switches the alerts of a channel on. */
  | { kind: 'choose-alerts' }
  /** Opens the form that gives an alert to somebody. */
  | { kind: 'choose-assignee'; alert: number }
  /** Stops the work that `by`, the id of a person, asked for. */
  | { kind: 'stop'; by: string }
  /** Keeps a question that was not understood, for whoever presses. */
  | { kind: 'keep-question'; question: string }
  /** Erases it again. */
  | { kind: 'erase-question'; id: number }
  /**
   * Says whether the line that a question was understood as was meant. `question`: its text, where it may be
   * kept afterwards.
   */
  | { kind: 'feedback'; isGood: boolean; line: string; question: string | null }
  /** Draws the Home tab again. */
  | { kind: 'home' }
  /** An open form. `seen` is what its preview showed (`previewKey`). */
  | { kind: 'accept-form'; finding: FindingName; seen: string; place: DecisionPlace }
  | { kind: 'decide-form'; line: string; place: DecisionPlace }
  | { kind: 'assign-form'; alert: number }
  | { kind: 'alerts-form' }
  | { kind: 'filter-form' };

/** An intent as it was given out, and what became of it. */
export interface IssuedIntent {
  intent: Intent;
  /** Where it was shown. */
  channel: string;
  isExpired: boolean;
  /** Set once it was used up: ISO time, and the id of who did. */
  used: { at: string; by: string } | null;
}

export interface TokenStore {
  /** Gives each intent a random token, in their order; stored in one insert. */
  issue(intents: readonly Intent[], channel: string): Promise<string[]>;
  /** What a token stands for; null for one that was never given out, or long ago. */
  peek(token: string): Promise<IssuedIntent | null>;
  /** Uses a token up. False when somebody did before: a condition in the database. */
  take(token: string, by: string): Promise<boolean>;
  /** Gives a token back whose action changed nothing. */
  release(token: string): Promise<void>;
}
