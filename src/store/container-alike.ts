import { sql } from 'kysely';
import type { ComparedContainer } from '../ports/stored-container.ts';
import { isoTime } from '../shared/time.ts';
import { gather } from './chunks.ts';
import { isOfHosts, readHosts } from './host-rows.ts';
import type { Db } from './schema.ts';

/** See `ScanStore.listAlike`: keys are looked up in indexes, and no other row is read. */
export async function readAlike(
  db: Db,
  asked: { hosts: readonly string[]; whole: readonly string[] },
): Promise<ComparedContainer[]> {
  const names = await readHosts(db, asked.hosts);
  const whole = new Set(asked.whole);
  const order = new Map([...names.keys()].map((id, index) => [id, index]));
  const existing = db
    .selectFrom('container')
    .select(['id', 'host_id'])
    .where('closed_at', 'is', null);
  const ofWhole = await existing
    .where(
      'host_id',
      'in',
      [...names].filter(([, name]) => whole.has(name)).map(([id]) => id),
    )
    .execute();
  const alike = await existing
    .where('compose_hash', 'is not', null)
    .where(isOfHosts('host_id', [...names.keys()]))
    .where(
      sql<boolean>`(host_id, compose_hash, image_id) in (
        select host_id, compose_hash, image_id from container
        where closed_at is null and compose_hash is not null
        group by host_id, compose_hash, image_id having count(*) > 1)`,
    )
    .execute();
  const found = new Map([...ofWhole, ...alike].map(({ id, host_id }) => [id, host_id]));
  const placeOf = (hostId: number) => order.get(hostId) ?? 0;
  const sorted = [...found].sort((a, b) => placeOf(a[1]) - placeOf(b[1]) || a[0] - b[0]);
  return gather(sorted, async (chunk) => {
    const ids = chunk.map(([id]) => id);
    const rows = await db
      .selectFrom('container')
      .select(['id', 'facts_json', 'first_seen'])
      .where('id', 'in', ids)
      .execute();
    const byId = new Map(rows.map((row) => [row.id, row]));
    return chunk.flatMap(([id, hostId]) => {
      const row = byId.get(id);
      if (row === undefined) return [];
      const { facts_json: facts, first_seen: firstSeen } = row;
      return { host: names.get(hostId) ?? '', facts, firstSeen: isoTime(firstSeen) };
    });
  });
}
