// Prints the folder with the files of a server that has migrated one database, and did nothing else:
// `node postgres-cluster.ts <programs of PostgreSQL>`. What asks for it cannot wait for a promise.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kept, stateOfFiles } from './kept.ts';
import { mainSource, sparingNode } from './sources.ts';

const [programs = ''] = process.argv.slice(2);
const version = execFileSync(join(programs, 'initdb'), ['--version'], { encoding: 'utf8' });
const sources = ['src', 'commands', 'demo', 'migrations', 'package-lock.json'];
const madeOf = [version, ...(await stateOfFiles(import.meta.filename, ...sources))];

/** The user of a server may not get to where this project lies, so that it is made elsewhere. */
async function make(making: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-cluster-'));
  const [uid, gid] = ['-u', '-g'].map((flag) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })),
  ) as [number, number];
  chmodSync(folder, 0o755);
  chownSync(folder, uid, gid);
  const data = join(folder, 'data');
  const run = (program: string, ...words: string[]) =>
    execFileSync(join(programs, program), words, {
      ...{ uid, gid, cwd: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  const words = ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--no-sync'];
  // A language as many servers have it: what is sorted must not hang on it.
  run('initdb', ...words, '--encoding', 'UTF8', '--locale', 'C.UTF-8');
  const control = ['--silent', '--wait', '--timeout', '300', '--pgdata', data];
  const settings = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off -c autovacuum=off`;
  run('pg_ctl', 'start', ...control, '--options', settings);
  try {
    const there = ['--host', folder, '--username', 'postgres'];
    run('createdb', ...there, '--template', 'template0', 'seawall_migrated');
    const url = `postgres://postgres@localhost/seawall_migrated?host=${encodeURIComponent(folder)}`;
    execFileSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', mainSource, 'migrate'],
      {
        env: { ...sparingNode, DATABASE_URL: url },
        stdio: 'pipe',
      },
    );
  } finally {
    run('pg_ctl', 'stop', ...control, '--mode', 'fast');
  }
  execFileSync('cp', ['--archive', data, making]);
  rmSync(folder, { recursive: true, force: true });
}

process.stdout.write(await kept('postgres-cluster', madeOf, make));
