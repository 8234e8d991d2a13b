import type { FeedProgressAnswer } from '../answers/feed-progress.ts';
import type { FeedProgress } from '../ports/feed-sync.ts';
import { byteText, clamp, counted, listed } from '../shared/text.ts';
import { note, type Parts, type PlanTask, paragraph, strong, type View } from './document.ts';
import { outcomeWords } from './feeds.ts';

/** More feeds are told by their number. */
const TASKS_MAX = 20;
const NAMES_MAX = 10;

/** Which of the feeds that are being fetched or imported are there. */
export const feedProgress: View<FeedProgressAnswer> = ({ from, feeds }) => {
  const doing = from === 'publishers' ? 'Fetching' : 'Importing';
  const done = feeds.filter(({ outcome }) => outcome !== null).length;
  const title = `${doing} ${counted(feeds.length, 'feed')}: ${done} done`;
  return {
    headline: `${doing} …`,
    summary: [
      feeds.length > TASKS_MAX
        ? countedParts(title, feeds)
        : { kind: 'plan', title, tasks: tasksOf(feeds) },
      note('This message is updated meanwhile. What is there answers until a feed is whole.'),
    ],
    next: [],
  };
};

/** One is taken after the other, so that the first without an outcome is the one that is being taken. */
function tasksOf(feeds: readonly FeedProgress[]): PlanTask[] {
  const current = feeds.find(({ outcome }) => outcome === null);
  return feeds.map((feed): PlanTask => {
    const { source: title, outcome } = feed;
    const read = readText(feed);
    if (outcome === null) {
      const isRunning = feed === current;
      return { title, state: isRunning ? 'running' : 'waiting', spans: [isRunning ? read : ''] };
    }
    const state = outcome === 'failed' ? 'failed' : 'done';
    return { title, state, spans: [outcomeWords[outcome]] };
  });
}

/** How much of a feed is there: records, or bytes of a file of it; empty where nobody counts. */
export function readText({ records, bytes }: FeedProgress): string {
  if (records !== null) return `${records.toLocaleString('en-US')} records`;
  return bytes === undefined ? '' : byteText(bytes);
}

function countedParts(title: string, feeds: readonly FeedProgress[]): Parts {
  const failed = feeds.filter(({ outcome }) => outcome === 'failed').map(({ source }) => source);
  const current = feeds.find(({ outcome }) => outcome === null);
  return [
    paragraph(strong(title)),
    current && paragraph('now: ', clamp(current.source, 200), ' ', readText(current)),
    failed.length > 0 &&
      paragraph(`${failed.length} failed: `, clamp(listed(failed, NAMES_MAX), 600)),
  ];
}
