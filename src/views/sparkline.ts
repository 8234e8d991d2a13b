const BARS = '▁▂▃▄▅▆▇█';
/** Stands for what is not known. */
export const GAP = '·';
const WIDTH_MAX = 60;

/**
 * A row of numbers as a row of bars, from its own lowest to its own highest. Several values share a
 * bar where there are more than sixty; it is a gap when one of them is not known.
 */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  const lowest = Math.min(...known);
  const height = Math.max(...known) - lowest;
  return cellsOf(values)
    .map((value) => {
      if (value === null) return GAP;
      const share = height === 0 ? flatShare(value) : (value - lowest) / height;
      return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))];
    })
    .join('');
}

/** A row that never changes stands in the middle, one of zeros on the ground. */
const flatShare = (value: number) => (value === 0 ? 0 : 0.5);

function cellsOf(values: readonly (number | null)[]): (number | null)[] {
  const width = Math.min(WIDTH_MAX, values.length);
  return Array.from({ length: width }, (_, index) => {
    const from = Math.floor((index * values.length) / width);
    const group = values.slice(from, Math.floor(((index + 1) * values.length) / width));
    return group.includes(null) ? null : (group.at(-1) ?? null);
  });
}
