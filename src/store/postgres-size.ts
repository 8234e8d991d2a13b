import { sql } from 'kysely';
import type { StoredSize, StoreSize } from '../ports/store-size.ts';
import type { Db } from './schema.ts';
import { toStoreError } from './store-error.ts';
import { TABLES_SHOWN } from './store-size.ts';

/** The size of a database on a server, by the server's own count. */
export const postgresSize = (db: Db): StoreSize => ({
  async measure() {
    try {
      const { rows } = await sql<StoredSize['tables'][number]>`
        select relname as name, pg_total_relation_size(oid) as bytes from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace
        order by 2 desc limit ${sql.lit(TABLES_SHOWN)}`.execute(db);
      const whole = await sql<{ bytes: number }>`
        select pg_database_size(current_database()) as bytes`.execute(db);
      return { bytes: whole.rows[0]?.bytes ?? 0, disk: null, tables: rows };
    } catch (error) {
      throw toStoreError(error);
    }
  },
});
