import type { Intent, Paging } from '../ports/intent.ts';

/** Data that replies to a question, before formatting. Times are ISO. */
export interface AnswerBase {
  takenAt: string;
  /** Command lines worth running next, without `/seawall`; at most three. */
  next: string[];
  /** The line that a question in plain English was taken for; left out where a line was typed. */
  understood?: Understood;
  /** In which time zone a time was read that the line names; left out where it makes no difference. */
  timeNote?: string;
}

/** What a question in plain English was taken for. */
export interface Understood {
  /** In canonical spelling, without `/seawall`. */
  line: string;
  /** Words of the question that the line makes no use of. */
  ignored: readonly string[];
  /** What no line can answer of it, as a sentence. */
  remark?: string;
}

/** One sentence about a button: what it did, or why it did nothing. */
export interface NoticeAnswer extends AnswerBase {
  kind: 'notice';
  message: string;
  /** Who did it, where it was somebody else. */
  by?: string;
  /** False when nothing was changed, which is then said. */
  isDone: boolean;
}

/** The question could not be answered: the user's mistake, the outside, or a bug. */
export interface ProblemAnswer extends AnswerBase {
  kind: 'problem';
  cause: 'mistake' | 'refused' | 'too-often' | 'outside' | 'bug';
  message: string;
  hint: string | null;
  correctedLine: string | null;
  /** Short id that the log carries too; for bugs and outside failures. */
  reference: string | null;
  /** Opens the form in which a person writes what the line lacks. */
  form?: Intent;
}

/** Where a part of a list stands in it. */
export interface ListPart {
  /** How many entries stand before it. */
  before: number;
  total: number;
}

/** One page of a long list; views show what this says. */
export interface ListPage extends Paging {
  /** Set when the answer holds this part of the list; null when it holds all of it. */
  part: ListPart | null;
  /** The line that the list answers. */
  line: string;
  /** Hosts that were scanned again since the first page. */
  rescanned: string[];
}
