import { MONTH } from './durations.ts';
import type { Ranker } from './rank-lines.ts';
import type { Calendar } from './read-question.ts';

/** What reads dates with a month in words; null, and nothing is loaded, for a text that has none. */
export async function calendarFor(text: string): Promise<Calendar | null> {
  return MONTH.test(text) ? (await import('./calendar.ts')).readCalendar : null;
}

/** What ranks lines by the questions that they answered so far; the first call takes some 200 ms, in slices. */
export async function loadRanker(): Promise<Ranker> {
  return (await import('./rank-lines.ts')).rankLines;
}
