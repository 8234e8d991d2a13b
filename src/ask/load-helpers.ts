import { MONTH } from './durations.ts';
import type { Ranker } from './rank-lines.ts';
import type { Calendar } from './read-question.ts';

/** What reads dates with a month in words; null, and nothing is loaded, for a text that has none. */
export const calendarFor = async (text: string): Promise<Calendar | null> =>
  MONTH.test(text) ? (await import('./calendar.ts')).readCalendar : null;

/** What ranks lines by the questions that they answered so far; the first call takes some 20 ms. */
export const loadRanker = async (): Promise<Ranker> => (await import('./rank-lines.ts')).rankLines;
