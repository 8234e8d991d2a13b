import type { History } from '../answers/history.ts';
import { listed } from '../shared/text.ts';
import { DAY_MS, MINUTE_MS } from '../shared/time.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Names of stretches: `24 Nov`, with the year where several are meant, `24 Nov 06:30` for less. */
export function stretchLabels({ stretches, stretchMs }: Pick<History, 'stretches' | 'stretchMs'>) {
  const years = new Set(stretches.map((stretch) => stretch.slice(0, 4)));
  return stretches.map((stretch) => {
    const [year = '', month = '', day = ''] = stretch.slice(0, 10).split('-');
    const date = `${Number(day)} ${MONTHS[Number(month) - 1]}${years.size > 1 ? ` ${year}` : ''}`;
    return stretchMs < DAY_MS ? `${date} ${stretch.slice(11, 16)}` : date;
  });
}

/** What one point stands for: `day`, `10 minutes`, `7 days`. */
export function stretchWord(stretchMs: number): string {
  if (stretchMs === DAY_MS) return 'day';
  if (stretchMs > DAY_MS) return `${stretchMs / DAY_MS} days`;
  return stretchMs === MINUTE_MS ? 'minute' : `${stretchMs / MINUTE_MS} minutes`;
}

/** Runs of stretches in words: `12 Nov to 14 Nov, 20 Nov`. `isIn` tells which belong to a run. */
export function runsOf(labels: readonly string[], isIn: (index: number) => boolean): string {
  const runs: string[] = [];
  for (let index = 0; index < labels.length; index += 1) {
    if (!isIn(index)) continue;
    const first = index;
    while (index + 1 < labels.length && isIn(index + 1)) index += 1;
    runs.push(first === index ? `${labels[first]}` : `${labels[first]} to ${labels[index]}`);
  }
  return listed(runs, 5);
}
