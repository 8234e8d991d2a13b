import type { InsertObject, Selectable, UpdateObject } from 'kysely';
import { updateRow } from './container-rows.ts';
import type { ContainerTable } from './container-table.ts';
import type { ScannedHost } from './host-rows.ts';
import { readNewestRow } from './newest-containers.ts';
import type { Db, Tables } from './schema.ts';

type Row = Selectable<ContainerTable>;

/**
 * The newest rows of a host's containers within one transaction that nobody else writes beside: each is read once
 * until it is written.
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
    const known =
      this.#rows.get(containerId) ?? readNewestRow(this.#db, this.#host.id, containerId);
    this.#rows.set(containerId, known);
    return known;
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
