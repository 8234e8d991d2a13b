import { loadSettings, type SettingsSources } from '../config/load-settings.ts';
import { safeJson } from '../exports/safe-json.ts';
import { UserError } from '../shared/errors.ts';
import { isoTime } from '../shared/time.ts';

/** Where settings come from, and where it is said what came of it. */
interface Input extends SettingsSources {
  stdout: (text: string) => void;
}

/** `isJson`: one object in the end instead of sentences, with `answer` and `takenAt` as every other. */
type JsonInput = Input & { isJson: boolean };

function tell(
  { stdout, isJson }: JsonInput,
  { text, ...told }: { text: string; answer: string; [key: string]: unknown },
): void {
  stdout(isJson ? safeJson({ ...told, takenAt: isoTime(Date.now()) }) : text);
}

const databaseUrl = async (input: SettingsSources): Promise<string> =>
  (await loadSettings(input)).databaseUrl.reveal();

/** Brings the database to this version and says what that took: `{answer: 'migrate', migrated}`, names in their order. */
export async function migrate(input: JsonInput): Promise<void> {
  const { openStore } = await import('../store/open-store.ts');
  const { parseDatabaseUrl } = await import('../store/database-url.ts');
  const url = await databaseUrl(input);
  const store = await openStore({ url, now: Date.now });
  await store.close();
  if (parseDatabaseUrl(url).kind === 'postgres') {
    const { openMessages } = await import('../queue/messages.ts');
    await (await openMessages({ url, isWorker: false, onError: () => {} })).close();
  }
  const { migrated } = store;
  const names = migrated.join(', ');
  const text = names ? `Migrated: ${names}\n` : 'The database is up to date.\n';
  tell(input, { answer: 'migrate', migrated, text });
}

/** Options of `seawall backup`, as they were typed. */
export interface BackupOptions {
  into?: string;
  keep?: string;
}

/**
 * Copies the database into a file, or into a folder of dated ones: `{answer: 'backup', file, removed}`. Throws `UserError` for
 * neither and both.
 */
export async function runBackup(
  input: JsonInput,
  file: string | undefined,
  { into, keep = String(BACKUPS_KEPT) }: BackupOptions,
): Promise<void> {
  if ((file === undefined) === (into === undefined) || !/^[1-9]\d{0,5}$/.test(keep)) {
    throw new UserError('Name a file, or a folder by --into and a number of files by --keep.', {
      hint: 'For example: seawall backup --into /var/backups/seawall --keep 14',
    });
  }
  const { backUp, backUpInto } = await import('../store/backup.ts');
  const url = await databaseUrl(input);
  if (into === undefined) {
    await backUp(url, file ?? '');
    tell(input, { answer: 'backup', file, removed: [], text: `Copied and checked: ${file}\n` });
    return;
  }
  const { made, removed } = await backUpInto(url, into, { now: Date.now(), keep: Number(keep) });
  const text = `Copied and checked: ${made}\n${removed.map((one) => `Removed: ${one}\n`).join('')}`;
  tell(input, { answer: 'backup', file: made, removed, text });
}

/** Two weeks of one a day. */
const BACKUPS_KEPT = 14;

/**
 * Puts a backup in the place of the database and says what was kept: `{answer: 'restore', file, kept, edges}`, where
 * `kept` is the file of the old database, or null.
 */
export async function runRestore(input: JsonInput, file: string): Promise<void> {
  const { restore } = await import('../store/backup.ts');
  const suffix = `before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  const { kept, edges } = await restore(await databaseUrl(input), file, suffix);
  const undo = kept === null ? '' : ` The old database is ${kept}: restore that file to undo this.`;
  const names = edges.named.join(', ');
  const ofEdges =
    edges.named.length === 0
      ? ''
      : edges.areKept
        ? `Hosts that dial out and their keys are as they were in the old database: ${names}.\n`
        : `Hosts that dial out and their keys are those of the backup: ${names}. Revoke again which you revoked since: /seawall hosts revoke <name>.\n`;
  const text = `Restored from ${file}.${undo}\n${ofEdges}`;
  tell(input, { answer: 'restore', file, kept, edges, text });
}

/**
 * Copies an SQLite file to PostgreSQL, table by table, and says of each what came of it: `{answer: 'move', rows, tables: [{table,
 * rows, wasThere}]}`.
 */
export async function runMove(input: JsonInput, from: string, to: string): Promise<void> {
  const { moveStore } = await import('../store/move.ts');
  const tables: { table: string; rows: number; wasThere: boolean }[] = [];
  await moveStore({ from, to }, Date.now, ({ table, rows, wasThere }) => {
    tables.push({ table, rows, wasThere });
    if (input.isJson) return;
    input.stdout(
      `${table}: ${rows} rows${wasThere ? ', there already' : ''}, alike on both sides\n`,
    );
  });
  const count = tables.reduce((sum, { rows }) => sum + rows, 0);
  const text = `Moved ${count} rows. Set DATABASE_URL to the new one; the file is as it was.\n`;
  tell(input, { answer: 'move', rows: count, tables, text });
}
