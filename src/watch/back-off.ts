import { setTimeout as sleep } from 'node:timers/promises';

/** Waits after so many failures in a row, longer each time and never the same; an abort ends it. */
export async function backOff(
  failures: number,
  { least, most }: { least: number; most: number },
  signal: AbortSignal,
): Promise<void> {
  const longest = Math.min(most, least * 2 ** Math.min(failures - 1, 16));
  const ms = longest * (0.5 + Math.random() / 2);
  await sleep(ms, undefined, { signal }).catch(() => {});
}
