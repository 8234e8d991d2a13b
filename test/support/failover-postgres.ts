import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const PROGRAMS = '/usr/lib/postgresql';
const run = promisify(execFile);

/** A machine with much to do takes longer than the minute that is waited for. */
const PATIENT = ['--silent', '--timeout', '300'];

/** A PostgreSQL with a standby that has whatever was committed. */
export interface FailoverPostgres {
  /** The unix socket of the one that takes writes. */
  socket(): string;
  /** The rows of a query, of the one that takes writes. */
  rows<Row>(query: string): Promise<Row[]>;
  restart(mode: 'fast' | 'immediate'): Promise<void>;
  /** Ends the one that takes writes, without a word or politely, and lets the standby take its place. */
  failOver(mode: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

export async function openFailoverPostgres(): Promise<FailoverPostgres> {
  const version = readdirSync(PROGRAMS).toSorted((a, b) => Number(b) - Number(a))[0] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'seawall-failover-'));
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const user = { uid: id('-u'), gid: id('-g'), cwd: folder };
  chmodSync(folder, 0o755);
  for (const path of [folder, join(folder, 'one'), join(folder, 'other')]) {
    if (path !== folder) mkdirSync(path);
    chownSync(path, user.uid, user.gid);
  }
  const program = (name: string, ...words: string[]) =>
    run(join(PROGRAMS, version, 'bin', name), words, user);
  const data = (name: string) => join(folder, name, 'data');
  const begin = (name: string, ...more: string[]) => {
    const settings = [
      ...['listen_addresses=', `unix_socket_directories=${join(folder, name)}`, 'fsync=off'],
      ...['max_connections=100', 'shared_buffers=32MB', 'log_min_messages=fatal', ...more],
    ].map((setting) => `-c ${setting}`);
    const words = [...PATIENT, '--wait', '--pgdata', data(name), '--log', join(folder, 'log')];
    return program('pg_ctl', 'start', ...words, '--options', settings.join(' '));
  };
  const end = (name: string, mode: string) =>
    program('pg_ctl', 'stop', ...PATIENT, '--mode', mode, '--pgdata', data(name));
  // What is committed is on the standby too.
  const twice = "synchronous_standby_names='*'";
  let current = 'one';
  const words = ['--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'];
  await program('initdb', '--pgdata', data('one'), ...words);
  await begin('one');
  const copy = ['--pgdata', data('other'), '--write-recovery-conf', '--checkpoint', 'fast'];
  const from = ['--host', join(folder, 'one'), '--username', 'postgres', '--no-sync'];
  await program('pg_basebackup', ...from, ...copy);
  await begin('other');
  await end('one', 'fast');
  await begin('one', twice);
  /** Of whoever asks often: a connection for each question is a process for each. */
  let asking: Promise<pg.Client> | undefined;
  const leave = async () => {
    const left = asking;
    asking = undefined;
    await left?.then((client) => client.end()).catch(() => {});
  };
  return {
    socket: () => join(folder, current, '.s.PGSQL.5432'),
    async rows<Row>(query: string) {
      asking ??= connected(join(folder, current));
      const mine = asking;
      try {
        return (await (await mine).query(query)).rows as Row[];
      } catch (error) {
        if (asking === mine) asking = undefined;
        mine.then((client) => client.end()).catch(() => {});
        throw error;
      }
    },
    async restart(mode) {
      await leave();
      await end(current, mode);
      await begin(current, twice);
    },
    async failOver(mode) {
      await leave();
      await end(current, mode);
      await program('pg_ctl', 'promote', ...PATIENT, '--wait', '--pgdata', data('other'));
      current = 'other';
    },
    async stop() {
      await leave();
      for (const name of ['one', 'other']) await end(name, 'immediate').catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function connected(host: string): Promise<pg.Client> {
  const client = new pg.Client({ host, user: 'postgres' });
  // A question that is under way is told; between two of them nobody has to be.
  client.on('error', () => {});
  await client.connect();
  return client;
}
