/** Epoch milliseconds; `to` is null for what goes on. */
export interface Period {
  from: number;
  to: number | null;
}

/** The same times without overlaps, by their start: what begins as another ends goes on. */
export function unionOf(periods: readonly Period[]): Period[] {
  const found: Period[] = [];
  for (const { from, to } of periods.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last === undefined || endOf(last) < from) found.push({ from, to });
    else if (endOf({ to }) > endOf(last)) last.to = to;
  }
  return found;
}

/** When it ends, after everything for what goes on. */
export const endOf = ({ to }: Pick<Period, 'to'>): number => to ?? Number.POSITIVE_INFINITY;
