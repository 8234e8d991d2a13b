import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Kysely, sql } from 'kysely';
import { postgresDialect } from '../../src/store/postgres.ts';

// What PostgreSQL says to who may come in: that it is satisfied, and then that it is ready.
const WELCOME = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I');
// What it says of a statement that gives nothing.
const DONE = Buffer.from('C\0\0\0\x0dSELECT 0\0Z\0\0\0\x05I');

const QUERY = 'Q'.charCodeAt(0);

let server: Server;
afterEach(() => server.close());

/** Listens as PostgreSQL does, and gives its url. `onStatement` makes what each statement is answered. */
async function listen(onConnection: () => void, onStatement?: () => Buffer | null) {
  server = createServer((socket) => {
    onConnection();
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(WELCOME);
      socket.on('data', (data) => {
        // Several may come at once, each with its length.
        for (let at = 0; at < data.length; at += 1 + data.readInt32BE(at + 1)) {
          const answer = data[at] === QUERY ? onStatement?.() : null;
          if (answer) socket.write(answer);
        }
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `postgres://seawall:none@127.0.0.1:${port}/seawall`;
}

test('a server that lets a connection in and then says nothing is given up', async () => {
  let connections = 0;
  const url = await listen(() => {
    connections += 1;
  });
  const dialect = postgresDialect(url, { statementMs: 0, silentMs: 100, idleMs: 10_000 });
  const db = new Kysely({ dialect });

  for (let round = 1; round <= 2; round += 1) {
    await expect(sql`select 1`.execute(db)).rejects.toThrow('Connection terminated unexpectedly');
    expect(connections).toBe(round);
  }
  await db.destroy();
});

test('a connection that nobody uses may be silent until it is idle for too long', async () => {
  let connections = 0;
  let isSilent = false;
  const url = await listen(
    () => {
      connections += 1;
    },
    () => (isSilent ? null : DONE),
  );
  const dialect = postgresDialect(url, { statementMs: 0, silentMs: 300, idleMs: 1_500 });
  const db = new Kysely({ dialect });

  for (const pauseMs of [0, 800]) {
    await setTimeout(pauseMs);
    await sql`select 1`.execute(db);
  }
  expect(connections).toBe(1);
  // Who waits again is not left waiting.
  isSilent = true;
  await expect(sql`select 1`.execute(db)).rejects.toThrow('Connection terminated unexpectedly');
  isSilent = false;
  await sql`select 1`.execute(db);
  expect(connections).toBe(2);
  await setTimeout(2_000);
  await sql`select 1`.execute(db);
  expect(connections).toBe(3);
  await db.destroy();
});
