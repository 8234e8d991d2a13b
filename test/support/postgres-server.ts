import { type ExecFileSyncOptions, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPsql } from './kept-psql.ts';

/** Where Debian has the programs of a server, below the number of its version. */
const PROGRAMS = '/usr/lib/postgresql';
const USER = 'postgres';

/** A machine with much to do takes longer than the minute that is waited for. */
const PATIENT = ['--silent', '--timeout', '300'];

export interface PostgresDatabase {
  name: string;
  url: string;
  /** Runs statements; what they printed, unaligned, without a header. Throws for one that fails. */
  run(statements: string): string;
}

export interface PostgresServer {
  /** Of its first process. */
  pid: number;
  /** One that this version has migrated, without rows, to be made others of. */
  migrated: PostgresDatabase;
  /** A new database, as the one of this name is; without it an empty one. */
  create(template?: string): PostgresDatabase;
  /** Ends it and starts it again: politely, or as a crash would. */
  restart(mode: 'fast' | 'immediate'): void;
  /** Ends it and removes what it stored; else that happens once this process has ended. */
  stop(): void;
}

/** Suites of a worker share one: each database is a suite's own. */
let shared: PostgresServer | undefined;

/** The PostgreSQL of this process: started for the first who asks, on a socket in a folder of its own. */
export function postgresServer(): PostgresServer {
  shared ??= startPostgres();
  return shared;
}

/** Starts one more of them, of this process alone; settings such as `fsync=on` come after those of tests. */
export function startPostgres(more: readonly string[] = []): PostgresServer {
  const programs = join(PROGRAMS, newest(readdirSync(PROGRAMS)), 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'seawall-postgres-'));
  chmodSync(folder, 0o755);
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, USER], { encoding: 'utf8' })),
  ) as [number, number];
  chownSync(folder, uid, gid);
  const data = join(folder, 'data');
  const stop = endWithUs(programs, data, folder);
  const asUser: ExecFileSyncOptions = {
    ...{ uid, gid, cwd: folder },
    stdio: ['ignore', 'ignore', 'inherit'],
  };
  const cluster = join(import.meta.dirname, 'postgres-cluster.ts');
  const files = execFileSync(process.execPath, [cluster, programs], { encoding: 'utf8' });
  execFileSync('cp', ['--archive', join(files, 'data'), data]);
  const settings = [
    ...['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off'],
    ...['synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'],
    ...['shared_buffers=32MB', 'autovacuum=off', 'logging_collector=off', 'log_min_messages=fatal'],
    ...more,
  ].flatMap((setting) => ['-c', setting]);
  const control = (...words: string[]) =>
    execFileSync(join(programs, 'pg_ctl'), [...words, ...PATIENT, '--pgdata', data], asUser);
  const begin = () => control('start', '--wait', '--options', settings.join(' '));
  begin();
  const rows = ['--no-psqlrc', '--quiet', '--tuples-only', '--no-align'];
  const there = ['--host', folder, '--username', USER];
  const psql = openPsql(join(programs, 'psql'), [...rows, ...there], folder);
  const open = (name: string): PostgresDatabase => ({
    name,
    url: `postgres://${USER}@localhost/${name}?host=${encodeURIComponent(folder)}`,
    run: (statements) => psql.run(name, statements),
  });
  let made = 0;
  return {
    migrated: open('seawall_migrated'),
    stop() {
      psql.close();
      stop();
    },
    restart(mode) {
      psql.close();
      control('stop', '--mode', mode);
      begin();
    },
    pid: Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]),
    create(template = 'template0') {
      made += 1;
      const name = `seawall_${made}`;
      // Whoever used the template may still be about to leave, for which a server waits five seconds. To write each block
      // to the log as well takes twice as much.
      open('postgres').run(`do $$ begin
          while exists (select from pg_stat_activity where datname = '${template}') loop
            perform pg_sleep(0.05);
            perform pg_stat_clear_snapshot();
          end loop;
        end $$;
        create database ${name} template ${template} strategy file_copy`);
      return open(name);
    },
  };
}

/** Ends the server and removes its folder when it is told to, or once this process has ended, however that comes. */
function endWithUs(programs: string, data: string, folder: string): () => void {
  const script = `cat > /dev/null
    setpriv --reuid ${USER} --regid ${USER} --clear-groups "$1/pg_ctl" stop --mode immediate --silent --pgdata "$2"
    rm -rf "$3"`;
  const cleaner = spawn('sh', ['-c', script, 'sh', programs, data, folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  cleaner.unref();
  (cleaner.stdin as unknown as { unref(): void }).unref();
  return () => cleaner.stdin.end();
}

const newest = (versions: readonly string[]): string =>
  versions.toSorted((a, b) => Number(b) - Number(a))[0] ?? '';
