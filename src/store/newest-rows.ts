import { type InsertObject, type Selectable, sql, type UpdateObject } from 'kysely';
import { updateRow } from './container-rows.ts';
import type { ContainerTable } from './container-table.ts';
import type { ScannedHost } from './host-rows.ts';
import type { Db, Tables } from './schema.ts';

type Row = Selectable<ContainerTable>;

/**
 * The newest rows of a host's containers within one transaction that nobody else writes beside: each is read once
 * until it is written. An open row is the newest of its container, and one is closed without being gone only where
 * the next is opened.
 */
export class NewestRows {
  readonly #rows = new Map<string, Promise<Row | undefined>>();
  readonly #db: Db;
  readonly #host: ScannedHost;

  constructor(db: Db, host: ScannedHost) {
    this.#db = db;
    this.#host = host;
  }

  /** What was last known of a container, whether it exists or not. */
  newest(containerId: string): Promise<Row | undefined> {
    const known = this.#rows.get(containerId) ?? this.#read(containerId);
    this.#rows.set(containerId, known);
    return known;
  }

  /** Each of both has an index of its own; all rows of a host may be very many. */
  async #read(containerId: string): Promise<Row | undefined> {
    const rows = this.#db
      .selectFrom('container')
      .selectAll()
      .where('host_id', '=', this.#host.id)
      .where('container_id', '=', containerId);
    const open = await rows.where('closed_at', 'is', null).executeTakeFirst();
    if (open !== undefined) return open;
    // No parameter: a statement that has one as its limit is planned each time.
    const gone = rows.where('is_gone', '=', 1).orderBy('id', 'desc').limit(sql.lit(1));
    return gone.executeTakeFirst();
  }

  /** The row of a container that is there. */
  async open(containerId: string): Promise<Row | undefined> {
    const row = await this.newest(containerId);
    return row?.closed_at === null ? row : undefined;
  }

  async update(
    { id, container_id }: Row,
    columns: UpdateObject<Tables, 'container'>,
  ): Promise<void> {
    this.#rows.delete(container_id);
    await updateRow(this.#db, id, columns);
  }

  async insert(
    columns: Omit<InsertObject<Tables, 'container'>, 'host_id'> & { container_id: string },
  ): Promise<void> {
    this.#rows.delete(columns.container_id);
    const row = { ...columns, host_id: this.#host.id };
    await this.#db.insertInto('container').values(row).execute();
  }
}
