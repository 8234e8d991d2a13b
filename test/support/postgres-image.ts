import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianMirror, stateOfMirror } from './debian-mirror.ts';
import { kept, stateOfFiles } from './kept.ts';
import type { RealEngine } from './real-engine.ts';

const run = promisify(execFile);

export const postgresImage = 'postgres-of-debian:local';

/**
 * What the files of a fleet use of the image of PostgreSQL that they name, which no test can pull: the user 999,
 * a database that is made by `POSTGRES_USER`, `POSTGRES_DB` and `POSTGRES_PASSWORD_FILE`, and words for the server.
 */
const ENTRYPOINT = `#!/bin/sh
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  initdb --pgdata "$PGDATA" --username "$POSTGRES_USER" --pwfile "$POSTGRES_PASSWORD_FILE" \\
    --auth-local trust --auth-host scram-sha-256 --encoding UTF8 --locale C.UTF-8 --no-sync
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  pg_ctl start --wait --pgdata "$PGDATA" --options '-c listen_addresses='
  createdb --host /var/run/postgresql --username "$POSTGRES_USER" "$POSTGRES_DB"
  pg_ctl stop --wait --pgdata "$PGDATA"
fi
exec "$@" -c listen_addresses='*'
`;

/** What is made into the image: the server by one path, whatever its version, and the number of its user. */
const PREPARE = `cd "$0"
chroot . usermod --uid 999 postgres
chroot . groupmod --gid 999 postgres
ln -s "$(ls usr/lib/postgresql)" usr/lib/postgresql/current
rm -rf var/lib/postgresql/*
install -d -o 999 -g 999 -m 3777 run/postgresql
install -d -o 999 -g 999 -m 0700 var/lib/postgresql/data
find usr/share/doc usr/share/man usr/share/locale var/cache var/lib/apt/lists -type f -delete`;

/** Loads a PostgreSQL of Debian's packages into an engine, as `postgresImage`; made once. */
export async function loadPostgresImage(engine: RealEngine): Promise<void> {
  const mirror = debianMirror();
  const madeOf = [await stateOfMirror(mirror), ...(await stateOfFiles(import.meta.filename))];
  const folder = await kept('postgres-image', madeOf, async (making) => {
    const root = join(making, 'root');
    const debootstrap = ['debootstrap', '--variant=minbase', '--include=postgresql'];
    // With the numbers of processes of its own: what a package starts ends as it does.
    const alone = ['--pid', '--fork', '--kill-child'];
    await run('unshare', [...alone, ...debootstrap, mirror.suite, root, mirror.url], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    });
    await run('sh', ['-euc', PREPARE, root]);
    writeFileSync(join(root, 'entrypoint'), ENTRYPOINT, { mode: 0o755 });
    await run('tar', ['-C', root, '--numeric-owner', '-cf', join(making, 'root.tar'), '.']);
    await run('rm', ['-rf', root]);
  });
  const changes = [
    'ENTRYPOINT ["/entrypoint"]',
    'ENV PATH=/usr/lib/postgresql/current/bin:/usr/bin:/bin',
    'VOLUME /var/lib/postgresql/data',
  ];
  const options = changes.flatMap((change) => ['--change', change]);
  engine.docker('import', ...options, join(folder, 'root.tar'), postgresImage);
}
