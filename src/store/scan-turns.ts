import type { Generated } from 'kysely';
import type { HostTurn, OwnScan, ScanTurn, ScanTurnStore } from '../ports/scan-turn-store.ts';
import type { Database } from './database.ts';
import { ensureHost, readScannedHosts } from './host-rows.ts';
import { endLease, extendLease, type LeaseColumns, ofHost, takeLease } from './leases.ts';
import { type Db, lasting } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    /** One row for each host that was ever due to be scanned by itself. */
    scan_turn: LeaseColumns & {
      host_id: number;
      ended_at: number | null;
      problem: string | null;
      wanted_for: HostTurn | null;
      wanted_no: Generated<number>;
      taken_no: Generated<number>;
    };
  }
}

export const scanTurnLife = lasting(
  'one row for each host: who scans it by itself, and how that ended last',
);

/** What scanning hosts by itself keeps in the database; each method is all or nothing. */
export function createTurnsStore({ read, write }: Database): ScanTurnStore {
  return {
    claim: (host, lease) => write((db) => claim(db, host, lease)),
    extend: (host, held) => write((db) => extendLease(db, 'scan_turn', ofHost(host), held)),
    end: (host, held, ended) =>
      write(async (db) => {
        await endLease(db, 'scan_turn', ofHost(host), held);
        if (ended === null) return;
        await db
          .updateTable('scan_turn')
          .set((eb) => ({
            ended_at: ended.endedAt,
            problem: ended.problem,
            wanted_for: eb
              .case()
              .when('wanted_no', '>', eb.ref('taken_no'))
              .then(eb.ref('wanted_for'))
              .end(),
          }))
          .where(ofHost(host))
          .execute();
      }),
    listLast: (hosts) => read((db) => listLast(db, hosts)),
    listWanted: () => read(listWanted),
    listEnded: (hosts) => read((db) => listEnded(db, hosts)),
  };
}

async function claim(
  db: Db,
  host: string,
  lease: Parameters<ScanTurnStore['claim']>[1],
): Promise<ScanTurn | null> {
  const known = await db
    .selectFrom('host')
    .select('id')
    .where('name', '=', host)
    .executeTakeFirst();
  const id = known?.id ?? (await ensureHost(db, host, null));
  await db
    .insertInto('scan_turn')
    .values({ host_id: id })
    .onConflict((conflict) => conflict.column('host_id').doNothing())
    .execute();
  const held = await takeLease(db, 'scan_turn', ofHost(host), lease);
  if (held === null) return null;
  await db
    .updateTable('scan_turn')
    .set((eb) => ({ taken_no: eb.ref('wanted_no') }))
    .where('host_id', '=', id)
    .execute();
  const last = await db
    .selectFrom('host_summary')
    .innerJoin('scan', 'scan.id', 'host_summary.last_scan_id')
    .select('scan.seen_at')
    .where('host_summary.host_id', '=', id)
    .executeTakeFirst();
  return { held, lastScanAt: last?.seen_at ?? null };
}

export async function wantScan(db: Db, hostId: number, turn: HostTurn): Promise<void> {
  await db
    .insertInto('scan_turn')
    .values({ host_id: hostId, wanted_for: turn, wanted_no: 1 })
    .onConflict((conflict) =>
      conflict
        .column('host_id')
        .doUpdateSet((eb) => ({ wanted_for: turn, wanted_no: eb('scan_turn.wanted_no', '+', 1) })),
    )
    .execute();
}

const listLast = async (db: Db, hosts: readonly string[]): Promise<ReadonlyMap<string, number>> =>
  new Map((await readScannedHosts(db, hosts)).map(({ name, lastAt }) => [name, lastAt]));

async function listWanted(db: Db): Promise<{ host: string; turn: HostTurn }[]> {
  const rows = await db
    .selectFrom('scan_turn')
    .innerJoin('host', 'host.id', 'scan_turn.host_id')
    .select(['host.name', 'wanted_for'])
    .where('wanted_for', 'is not', null)
    .orderBy('host.name')
    .execute();
  return rows.flatMap(({ name, wanted_for: turn }) =>
    turn === null ? [] : [{ host: name, turn }],
  );
}

async function listEnded(db: Db, hosts: readonly string[]): Promise<OwnScan[]> {
  const rows = await db
    .selectFrom('scan_turn')
    .innerJoin('host', 'host.id', 'scan_turn.host_id')
    .select(['host.name', 'ended_at', 'problem'])
    .where('host.name', 'in', hosts)
    .orderBy('host.name')
    .execute();
  return rows.flatMap(({ name, ended_at: endedAt, problem }) =>
    endedAt === null ? [] : [{ host: name, endedAt, problem }],
  );
}
