export interface BackOff {
  /** Milliseconds. */
  least: number;
  most: number;
}

/** Whole milliseconds to wait after so many failures in a row: longer each time, and never the same. */
export function backOffMs(failures: number, { least, most }: BackOff): number {
  const longest = Math.min(most, least * 2 ** Math.min(failures - 1, 16));
  return Math.ceil(longest * (0.5 + Math.random() / 2));
}
