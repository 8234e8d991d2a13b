import { ALL_CONTAINERS } from '../snapshot/call-queries.ts';
import type { WatchDoor } from '../snapshot/event-source.ts';
import { answerList, field, foreign, textOrEmpty } from '../snapshot/foreign.ts';
import { listedContainers } from '../snapshot/list-containers.ts';
import type { Hearing } from './hear-events.ts';
import type { WatchParts } from './watch-parts.ts';

/**
 * Compares what is known of a host with the engine's list: what is not there is told as missing, what
 * is new or has another state as found. Rejects with `OutsideError`.
 */
export async function reconcile(
  { store, inTurn }: Pick<WatchParts, 'store' | 'inTurn'>,
  host: string,
  { reader }: WatchDoor,
  hearing: Hearing,
): Promise<void> {
  // In this order: what comes into being in between is in the list and not known, never the reverse.
  const known = new Map((await inTurn(() => store.listKnown(host))).map((one) => [one.id, one]));
  const body = await reader.get('/containers/json', ALL_CONTAINERS);
  const imageOf = new Map(
    answerList(foreign('GET /containers/json', body)).map((listed) => [
      field(listed, 'Id').value,
      textOrEmpty(field(listed, 'Image')),
    ]),
  );
  const listed = await listedContainers(body, reader);
  const ids = new Set(imageOf.keys());
  for (const { id, name } of known.values()) {
    if (!ids.has(id)) hearing.tell('missing', { id, name, image: '' });
  }
  for (const { id, name, state } of listed) {
    const before = known.get(id);
    const isSame = before?.name === name && before.state === state;
    if (!isSame) hearing.tell('found', { id, name, image: imageOf.get(id) ?? '' });
  }
}
