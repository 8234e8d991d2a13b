import { setImmediate as letOthersRun } from 'node:timers/promises';
import { type SqlBool, sql } from 'kysely';
import type { MatchHolder } from '../ports/exposed-store.ts';
import type { Db } from './schema.ts';

/** Members that are read at once. */
const MEMBERS_AT_ONCE = 10_000;

/** See `MatchSource.holders`. What has no members is left out. */
export async function* readHolders(db: Db): AsyncGenerator<MatchHolder> {
  const inventories = await db
    .selectFrom('inventory')
    .select(['id', 'os_id', 'os_version'])
    .execute();
  const systems = new Map(inventories.map((one) => [one.id, one]));
  const packages = membersBy((after, member) =>
    db
      .selectFrom('inventory_package')
      .select(['inventory_id as holder', 'package_id as member'])
      .where(sql<SqlBool>`(inventory_id, package_id) > (${after}, ${member})`)
      .orderBy('inventory_id')
      .orderBy('package_id')
      .limit(MEMBERS_AT_ONCE)
      .execute(),
  );
  for await (const { id, members } of packages) {
    const { os_id: osId = null, os_version: osVersion = null } = systems.get(id) ?? {};
    if (osId === null || osVersion === null) continue;
    yield { kind: 'inventory', id, osId, osVersion, members };
  }
  const components = membersBy((after, member) =>
    db
      .selectFrom('filesystem_component')
      .select(['filesystem_id as holder', 'component_id as member'])
      .where(sql<SqlBool>`(filesystem_id, component_id) > (${after}, ${member})`)
      .orderBy('filesystem_id')
      .orderBy('component_id')
      .limit(MEMBERS_AT_ONCE)
      .execute(),
  );
  for await (const { id, members } of components) {
    yield { kind: 'filesystem', id, osId: '', osVersion: '', members };
  }
}

/** Some hundred holders are a page, and a large one several. */
async function* membersBy(
  readPage: (holder: number, member: number) => Promise<{ holder: number; member: number }[]>,
): AsyncGenerator<{ id: number; members: number[] }> {
  let current = { id: 0, members: [] as number[] };
  for (let last = { holder: 0, member: 0 }, more = true; more; ) {
    const page = await readPage(last.holder, last.member);
    for (const { holder, member } of page) {
      if (current.id !== holder) {
        if (current.id !== 0) yield current;
        current = { id: holder, members: [] };
      }
      current.members.push(member);
    }
    last = page.at(-1) ?? last;
    more = page.length === MEMBERS_AT_ONCE;
    await letOthersRun();
  }
  if (current.id !== 0) yield current;
}

/** See `MatchSource.placeOf`. */
export async function readPlaceOf(
  db: Db,
  { kind, id }: Pick<MatchHolder, 'kind' | 'id'>,
): Promise<string> {
  const place =
    kind === 'inventory'
      ? await db
          .selectFrom('container')
          .innerJoin('host', 'host.id', 'host_id')
          .select(['host.name as host', 'image'])
          .where('inventory_id', '=', id)
          .orderBy('container.id', 'desc')
          .executeTakeFirst()
      : await db
          .selectFrom('image_filesystem')
          .innerJoin('host', 'host.id', 'host_id')
          .select(['host.name as host', 'image_filesystem.name as image'])
          .where('filesystem_id', '=', id)
          .orderBy('image_filesystem.id', 'desc')
          .executeTakeFirst();
  return place === undefined ? `${kind} ${id}` : `${place.image} on ${place.host}`;
}
