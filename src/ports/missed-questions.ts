import type { DoneBy } from '../findings/acceptance.ts';

/** A question that no line answered, kept because whoever asked it wanted that. */
export interface KeptQuestion {
  id: number;
  /** One line without control characters and tabs, of at most `QUESTION_KEPT_MAX` characters. */
  question: string;
  /** ISO time. */
  at: string;
}

/** Characters of a question that are kept. */
export const QUESTION_KEPT_MAX = 300;

/**
 * Questions that were not understood. Of each only the day is counted; its text is kept when the person
 * who asked says so, and by nobody else. Keeping and erasing are rows of the audit, without the text.
 */
export interface MissedQuestions {
  /** One more question of this moment (epoch milliseconds) that no line answered. */
  count(at: number): Promise<void>;
  /**
   * Keeps a question for its asker: `kept`, also where the same person kept the same before. `full` when
   * the person, or all together, have kept as many as there may be; nothing was written then.
   */
  keep(question: string, by: DoneBy): Promise<KeptQuestion | 'full'>;
  /**
   * Erases the text of a question. False where there is none such, or where somebody else kept it and
   * `isOperator` is not set.
   */
  erase(id: number, by: DoneBy & { isOperator?: boolean }): Promise<boolean>;
  /** Those that are kept, the oldest first, and how many were counted in the days that are known. */
  list(): Promise<{ kept: KeptQuestion[]; counted: number }>;
}
