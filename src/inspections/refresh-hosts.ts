import type { HostDeclaration } from '../ports/declarations.ts';
import { type ScanAsked, type ScanParts, scanHosts } from './scan-hosts.ts';

export interface RefreshParts extends ScanParts {
  freshWithinMs: number | null;
  onProgress: NonNullable<ScanAsked['onProgress']>;
}

/**
 * Scans those of the hosts whose last good scan is older than the asker wants it, before a question
 * about what is running now. Where asking starts no scan, the stored state answers, with its age.
 */
export async function refreshHosts(
  parts: RefreshParts,
  hosts: readonly HostDeclaration[],
): Promise<void> {
  const { freshWithinMs, store, now } = parts;
  if (freshWithinMs === null) return;
  const scans = await store.listHostScans({ hosts: hosts.map(({ name }) => name) });
  const lastGood = new Map(scans.map((one) => [one.host, one.lastGood]));
  const stale = hosts.filter(({ name }) => {
    const last = lastGood.get(name) ?? null;
    return last === null || now() - Date.parse(last.finishedAt) >= freshWithinMs;
  });
  if (stale.length === 0) return;
  await scanHosts(parts, stale, { onProgress: parts.onProgress, isBrief: true });
}
