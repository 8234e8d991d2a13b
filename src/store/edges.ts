import { type SqlBool, sql } from 'kysely';
import type { Clock } from '../ports/clock.ts';
import type {
  EdgeAdmission,
  EdgeClaim,
  EdgeHost,
  EdgeRefusal,
  EdgeStore,
  HeldEdge,
  NewEdge,
} from '../ports/edge-store.ts';
import type { Database } from './database.ts';
import { isFree, leaseEnd, noLease } from './leases.ts';
import { bounded, type Db, lasting, type Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    /** One row for each host that dials out. */
    edge: {
      name: string;
      name_key: string;
      labels_json: Record<string, string>;
      created_at: number;
      created_by: string;
      secret_hash: string | null;
      secret_until: number | null;
      secret_spent_at: number | null;
      public_key: string | null;
      key_at: number | null;
      previous_key: string | null;
      is_rotation_wanted: number;
      engine_id: string | null;
      version: string | null;
      lease_owner: string | null;
      lease_until: number;
      connection: string | null;
      connected_at: number | null;
      address: string | null;
      copy_at: number | null;
      copy_address: string | null;
      copy_what: string | null;
    };
    /** At most one row, whose id is 1. */
    hub_key: { id: number; public_key: string; private_key: string; created_at: number };
  }
}

export const edgeLife = bounded(
  '`hosts remove`',
  'one row for each host that dials out, with the public key of its edge',
);
export const hubKeyLife = lasting('one row at most');

type Lease = Parameters<EdgeStore['admit']>[1];

/** Hosts that dial out, in the database; each method is all or nothing. */
export function createEdgesStore({ read, write }: Database, now: Clock): EdgeStore {
  return {
    hubKey: (create) => write((db) => ensureHubKey(db, create, now())),
    listEdges: () => read(listEdges),
    addEdge: (edge) => write((db) => addEdge(db, edge, now())),
    revokeEdge: (name, { secretHash, tradeUntil }) =>
      write((db) =>
        change(db, name, {
          ...{ public_key: null, key_at: null, previous_key: null, engine_id: null },
          ...{ secret_hash: secretHash, secret_until: tradeUntil, secret_spent_at: null },
          ...{ is_rotation_wanted: 0, ...notConnected },
          ...{ copy_at: null, copy_address: null, copy_what: null },
        }),
      ),
    removeEdge: (name) =>
      write(async (db) => {
        const row = await db
          .deleteFrom('edge')
          .where('name_key', '=', name.toLowerCase())
          .returning('name')
          .executeTakeFirst();
        return row?.name ?? null;
      }),
    wantRotation: (name) =>
      write((db) => change(db, name, { is_rotation_wanted: 1 }, sql`public_key is not null`)),
    async admit(claim, lease) {
      // Strangers may come as often as they like: nobody who writes waits for them.
      if (!(await read((db) => isKnown(db, claim)))) return UNKNOWN;
      return write((db) => admit(db, claim, lease, now()));
    },
    noteCopy: (name, { address, what }) =>
      write(async (db) => {
        await change(db, name, copyColumns(address, what, now()));
      }),
    renewEdges: (lease) => write((db) => renewEdges(db, lease)),
    leaveEdge: (name, connection) =>
      write(async (db) => {
        await change(db, name, notConnected, sql`connection = ${connection}`);
      }),
    replaceKey: (name, old, next) =>
      write(async (db) => {
        const columns = { previous_key: old, public_key: next, key_at: now() };
        const isOld = sql<SqlBool>`public_key = ${old}`;
        return (await change(db, name, { ...columns, is_rotation_wanted: 0 }, isOld)) !== null;
      }),
  };
}

const notConnected = { ...noLease, connection: null, connected_at: null } as const;
const ALWAYS = sql<SqlBool>`1 = 1`;

/** Changes the row of a host; its name, null where there is none for which the condition holds. */
async function change(
  db: Db,
  name: string,
  columns: Partial<Tables['edge']>,
  condition = ALWAYS,
): Promise<string | null> {
  const row = await db
    .updateTable('edge')
    .set(columns)
    .where('name_key', '=', name.toLowerCase())
    .where(condition)
    .returning('name')
    .executeTakeFirst();
  return row?.name ?? null;
}

async function ensureHubKey(db: Db, create: Parameters<EdgeStore['hubKey']>[0], at: number) {
  const find = () =>
    db
      .selectFrom('hub_key')
      .select(['public_key as publicKey', 'private_key as privateKey'])
      .executeTakeFirst();
  const known = await find();
  if (known !== undefined) return known;
  const { publicKey, privateKey } = create();
  await db
    .insertInto('hub_key')
    .values({ id: 1, public_key: publicKey, private_key: privateKey, created_at: at })
    .execute();
  return { publicKey, privateKey };
}

async function listEdges(db: Db): Promise<EdgeHost[]> {
  const rows = await db
    .selectFrom('edge')
    .selectAll()
    .select(isFree(db).as('is_free'))
    .orderBy('name')
    .execute();
  return rows.map((row) => {
    const isConnected = row.lease_owner !== null && !row.is_free;
    return {
      name: row.name,
      labels: row.labels_json,
      publicKey: row.public_key,
      keyAt: row.key_at,
      tradeUntil: row.secret_spent_at === null ? row.secret_until : null,
      engineId: row.engine_id,
      connectedAt: isConnected ? row.connected_at : null,
      connectedBy: isConnected ? row.lease_owner : null,
      address: row.address,
      copy:
        row.copy_at === null
          ? null
          : { at: row.copy_at, address: row.copy_address ?? '', what: row.copy_what ?? '' },
    };
  });
}

async function addEdge(db: Db, edge: NewEdge, at: number): Promise<boolean> {
  const { name, labels, secretHash, tradeUntil, by } = edge;
  const row = await db
    .insertInto('edge')
    .values({
      ...{ name, name_key: name.toLowerCase(), created_at: at, created_by: by },
      ...{ labels_json: JSON.stringify(labels) as never },
      ...{ secret_hash: secretHash, secret_until: tradeUntil },
      ...{ is_rotation_wanted: 0, lease_until: 0 },
    })
    .onConflict((conflict) => conflict.column('name_key').doNothing())
    .returning('name')
    .executeTakeFirst();
  return row !== undefined;
}

const UNKNOWN: EdgeAdmission = { kind: 'refused', code: 'unknown-key', name: null };

/** Whether a host is known by what is shown, in whatever way. */
async function isKnown(db: Db, { publicKey, secretHash }: EdgeClaim): Promise<boolean> {
  const key = sql<SqlBool>`(public_key = ${publicKey} or previous_key = ${publicKey})`;
  if ((await find(db, key)) !== undefined) return true;
  return secretHash !== null && (await find(db, sql`secret_hash = ${secretHash}`)) !== undefined;
}

async function admit(db: Db, claim: EdgeClaim, lease: Lease, at: number): Promise<EdgeAdmission> {
  const known = await find(db, sql`public_key = ${claim.publicKey}`);
  if (known !== undefined) return letIn(db, known, claim, lease, at);
  const replaced = await find(db, sql`previous_key = ${claim.publicKey}`);
  if (replaced !== undefined) return refuse(db, replaced.name, 'key-was-replaced', claim, at);
  const { secretHash } = claim;
  const asked = secretHash === null ? undefined : await find(db, sql`secret_hash = ${secretHash}`);
  if (asked === undefined) return UNKNOWN;
  if (asked.secret_spent_at !== null) {
    return refuse(db, asked.name, 'one-time-key-spent', claim, at);
  }
  if ((asked.secret_until ?? 0) <= at) {
    return { kind: 'refused', code: 'one-time-key-expired', name: asked.name };
  }
  // Of two that come at once one finds it spent, in the transaction of the other or after it.
  const traded = await change(
    db,
    asked.name,
    { public_key: claim.publicKey, key_at: at, secret_spent_at: at },
    sql`secret_hash = ${secretHash} and secret_spent_at is null`,
  );
  if (traded === null) return refuse(db, asked.name, 'one-time-key-spent', claim, at);
  return letIn(db, asked, claim, lease, at);
}

const find = (db: Db, condition: ReturnType<typeof sql<SqlBool>>) =>
  db.selectFrom('edge').selectAll().where(condition).executeTakeFirst();

async function letIn(
  db: Db,
  row: Pick<Tables['edge'], 'name' | 'engine_id'>,
  claim: EdgeClaim,
  { owner, leaseMs, connection }: Lease,
  at: number,
): Promise<EdgeAdmission> {
  const { engineId } = claim;
  const isOther = row.engine_id !== null && engineId !== null && row.engine_id !== engineId;
  if (isOther) return refuse(db, row.name, 'other-engine', claim, at);
  const { numUpdatedRows } = await db
    .updateTable('edge')
    .set({
      ...{ engine_id: engineId ?? row.engine_id, version: claim.version },
      ...{ address: claim.address, connected_at: at, connection },
      ...{ lease_owner: owner, lease_until: leaseEnd(db, leaseMs) },
    })
    .where('name', '=', row.name)
    .where((eb) => eb.or([isFree(db), eb('lease_owner', '=', owner)]))
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 1n) return { kind: 'admitted', name: row.name };
  return { kind: 'refused', code: 'connected-elsewhere', name: row.name };
}

const refusedWith: Partial<Record<EdgeRefusal, string>> = {
  'key-was-replaced': 'a key that was replaced by a newer one',
  'one-time-key-spent': 'a one-time key that was traded already',
  'other-engine': 'the same key, with an engine of another id',
};

async function refuse(
  db: Db,
  name: string,
  code: EdgeRefusal,
  { address }: EdgeClaim,
  at: number,
): Promise<EdgeAdmission> {
  await change(db, name, copyColumns(address, refusedWith[code] ?? code, at));
  return { kind: 'refused', code, name };
}

const copyColumns = (address: string, what: string, at: number) => ({
  ...{ copy_at: at, copy_address: address, copy_what: what },
});

async function renewEdges(
  db: Db,
  { owner, leaseMs, connections }: Parameters<EdgeStore['renewEdges']>[0],
): Promise<Map<string, HeldEdge>> {
  const rows = await db
    .updateTable('edge')
    .set({ lease_until: leaseEnd(db, leaseMs) })
    .where('lease_owner', '=', owner)
    .where('connection', 'in', connections)
    .returning(['name', 'public_key', 'is_rotation_wanted', 'key_at'])
    .execute();
  return new Map(
    rows.flatMap(({ name, public_key: publicKey, is_rotation_wanted: isWanted, key_at: keyAt }) =>
      publicKey === null
        ? []
        : [[name, { publicKey, isRotationWanted: isWanted === 1, keyAt: keyAt ?? 0 }] as const],
    ),
  );
}
