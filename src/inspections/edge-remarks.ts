import type { EdgeRemark } from '../answers/host-state.ts';
import type { EdgeHost } from '../ports/edge-store.ts';
import { isoTime } from '../shared/time.ts';

/** What stands out among hosts that dial out, of those whose names are asked for: clones, copies of keys, who is missing. */
export function edgeRemarks(
  edges: readonly EdgeHost[],
  { names, now }: { names: readonly string[]; now: number },
): EdgeRemark[] {
  const asked = new Set(names);
  const shown = edges.filter(({ name }) => asked.has(name));
  const proven = shown.filter(({ publicKey, engineId }) => publicKey !== null && engineId !== null);
  const byEngine = Map.groupBy(proven, ({ engineId }) => engineId);
  const clones = [...byEngine].flatMap(([engineId, alike]): EdgeRemark[] =>
    engineId === null || alike.length < 2
      ? []
      : [{ kind: 'clones', hosts: alike.map(({ name }) => name), engineId }],
  );
  const copies = shown.flatMap(({ name, copy }): EdgeRemark[] =>
    copy === null ? [] : [{ kind: 'copy', host: name, ...copy, at: isoTime(copy.at) }],
  );
  const waiting = shown.flatMap(({ name, publicKey, tradeUntil }): EdgeRemark[] => {
    if (publicKey !== null) return [];
    const isOver = tradeUntil === null || tradeUntil <= now;
    return [{ kind: 'waiting', host: name, until: isOver ? null : isoTime(tradeUntil) }];
  });
  return [...clones, ...copies, ...waiting];
}
