import type { FeedProgressAnswer } from '../answers/feed-progress.ts';
import type { ScanProgressAnswer } from '../answers/scan-answer.ts';
import { clamp, listed, visible } from '../shared/text.ts';
import { HOSTS_SHOWN } from '../views/fleet-notes.ts';

/** How long work proceeds, in one line of a terminal that is written over. */
export interface ProgressLine {
  show(progress: ScanProgressAnswer | FeedProgressAnswer): void;
  /** Leaves the line empty, for what is written next. */
  clear(): void;
}

/** Without a terminal (`columns` null) it writes nothing. */
export function progressLine(write: (text: string) => void, columns: number | null): ProgressLine {
  let written = 0;
  const writeOver = (text: string) => {
    write(`\r${text.padEnd(written)}`);
    written = text.length;
  };
  return {
    show(progress) {
      if (columns === null) return;
      const text = progress.kind === 'scan-progress' ? scanText(progress) : feedText(progress);
      writeOver(clamp(visible(text), Math.max(1, columns - 1)));
    },
    clear() {
      if (written === 0) return;
      writeOver('');
      write('\r');
    },
  };
}

function scanText({ hosts }: ScanProgressAnswer): string {
  const latest = hosts.find(({ done, total }) => done < total)?.latest?.section;
  const counts = hosts.map(({ host, done, total }) => `${host} ${done}/${total}`).join(', ');
  return hosts.length > HOSTS_SHOWN
    ? `Scanning: ${progressText(hosts)}`
    : `Scanning ${counts}${latest ? `: ${latest}` : ''}`;
}

function feedText({ from, feeds }: FeedProgressAnswer): string {
  const done = feeds.filter(({ outcome }) => outcome !== null).length;
  const current = feeds.find(({ outcome }) => outcome === null);
  const read = current?.records ? `, ${current.records.toLocaleString('en-US')} records` : '';
  const place = from === 'publishers' ? `Fetching feeds ${done}/${feeds.length}` : 'Importing';
  return current === undefined ? place : `${place}: ${current.source}${read}`;
}

type Step = ScanProgressAnswer['hosts'][number];

/** How far a scan of many hosts is. */
function progressText(hosts: readonly Step[]): string {
  const isDone = ({ done, total, outcome }: Step) =>
    outcome !== undefined || (total > 0 && done >= total);
  const done = hosts.filter(isDone).length;
  const begun = hosts.filter((one) => one.latest !== null && !isDone(one));
  const names = begun.map(({ host }) => host);
  const waiting = hosts.length - done - begun.length;
  const read = `${done} of ${hosts.length} hosts read, ${waiting} waiting, ${begun.length} being read`;
  return begun.length === 0 ? read : `${read}: ${listed(names, 3)}`;
}
