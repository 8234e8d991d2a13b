import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';

const dump = join(import.meta.dirname, '../store/fixtures/first-schema.sql');
/** The host whose scans the first version stored, and when its first one began. */
export const firstHost = '127.0.0.1';
export const firstScanAt = 1_795_631_240_313;

/**
 * Writes the database that the first version made of the bundled recording. With `copies` its findings
 * are there as many times more, of another subject each, so that migrating takes its time.
 */
export function writeFirstDatabase(path: string, { copies = 0 } = {}): void {
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  // A dump names tables before those they refer to.
  database.pragma('foreign_keys = OFF');
  database.exec(readFileSync(dump, 'utf8'));
  const columns = 'rule_id, severity, subject_kind, message, subjects_json, evidence_json';
  const times = 'first_seen, changed_at, last_seen, closed_at';
  const copy = database.prepare(
    `insert into finding (host_id, fingerprint, subject_key, ${columns}, ${times})
     select host_id, fingerprint || @copy, subject_key || @copy, ${columns}, ${times}
     from finding where id <= @last`,
  );
  const last = database.prepare('select max(id) from finding').pluck().get();
  database.transaction(() => {
    for (let index = 0; index < copies; index += 1) copy.run({ copy: `-${index}`, last });
  })();
  database.close();
}
