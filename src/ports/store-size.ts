/** How large the database is, and how much room it has. Bytes. */
export interface StoredSize {
  /** The file, and what SQLite keeps beside it; on a server all of the database. */
  bytes: number;
  /** Its folder, and what this process may still write there; null on a server, which has its own disk. */
  disk: { folder: string; freeBytes: number } | null;
  /** The largest tables, their indexes included, worst first; as of the last measuring, within an hour. */
  tables: { name: string; bytes: number }[];
}

export interface StoreSize {
  /** Rejects with `OutsideError` when the database cannot be read. */
  measure(): Promise<StoredSize>;
}

/** Less room than this is worth a warning. */
export const FREE_BYTES_MIN = 512 * 1024 * 1024;
