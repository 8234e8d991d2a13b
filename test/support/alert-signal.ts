import type { AlertSignal, AlertStore } from '../../src/ports/alert-store.ts';
import type { AlertCursor } from '../../src/ports/host-news.ts';

/** Where a channel stands with a host. */
export async function cursorOf(
  alerts: Pick<AlertStore, 'findCursors'>,
  ...[channel, host, at]: [channel: string, host: string, at: number]
): Promise<AlertCursor> {
  const cursor = (await alerts.findCursors(channel, [host], at)).get(host);
  if (cursor === undefined) throw new Error(`there is no cursor of ${host}`);
  return cursor;
}

/** A signal of a finding that stands for itself. */
export function alertSignal(
  given: Pick<AlertSignal, 'key' | 'host' | 'at'> & Partial<AlertSignal>,
): AlertSignal {
  const title = given.title ?? 'web runs privileged';
  return {
    ...{ group: given.key, kind: 'finding', severity: 'high', subject: null, title, what: title },
    cause: null,
    ...{ detail: null, fix: null, owner: null, actor: null, accepted: null, next: [] },
    ...given,
  };
}
