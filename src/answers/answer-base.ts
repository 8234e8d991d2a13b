/** Data that replies to a question, before formatting. Times are ISO. */
export interface AnswerBase {
  takenAt: string;
  /** Command lines worth running next, without `/seawall`; at most three. */
  next: string[];
}
