import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { Kysely, sql } from 'kysely';
import { postgresDialect } from '../../src/store/postgres.ts';
import { until } from '../support/until.ts';

// What PostgreSQL says to who may come in: that it is satisfied, and then that it is ready.
const WELCOME = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I');
// What it says of a statement that gives nothing.
const DONE = Buffer.from('C\0\0\0\x0dSELECT 0\0Z\0\0\0\x05I');

const QUERY = 'Q'.charCodeAt(0);

let server: Server;
afterEach(() => server.close());

/** Listens as PostgreSQL does, and gives its url. `onStatement` makes what each statement is answered. */
async function listen(onConnection: (socket: Socket) => void, onStatement?: () => Buffer | null) {
  server = createServer((socket) => {
    onConnection(socket);
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

/** Far longer than any machine stands still. */
const SILENT_MS = 600_000;
const { setTimeout: limitSilence } = Socket.prototype;
afterEach(() => {
  Socket.prototype.setTimeout = limitSilence;
});

/** The sockets that may be silent for so long, with how long that is now. */
function noteSockets(): Set<Socket> {
  const sockets = new Set<Socket>();
  Socket.prototype.setTimeout = function (ms, ...more) {
    if (ms === SILENT_MS) sockets.add(this);
    return limitSilence.call(this, ms, ...more);
  };
  return sockets;
}

test('a connection that nobody uses may be silent, and who waits again is not left waiting', async () => {
  let connections = 0;
  let asked = 0;
  let isSilent = false;
  const url = await listen(
    () => {
      connections += 1;
    },
    () => {
      asked += 1;
      return isSilent ? null : DONE;
    },
  );
  const sockets = noteSockets();
  const dialect = postgresDialect(url, { statementMs: 0, silentMs: SILENT_MS, idleMs: SILENT_MS });
  const db = new Kysely({ dialect });
  const limits = () => [...sockets].map(({ timeout }) => timeout);

  for (let round = 1; round <= 2; round += 1) {
    await sql`select 1`.execute(db);
    expect(connections).toBe(1);
    expect(limits()).toEqual([0]);
  }
  [isSilent, asked] = [true, 0];
  const waiting = sql`select 1`.execute(db);
  await until(() => asked > 0);
  expect(limits()).toEqual([SILENT_MS]);
  // As it does once that is over.
  for (const socket of sockets) socket.emit('timeout');
  await expect(waiting).rejects.toThrow('Connection terminated unexpectedly');
  isSilent = false;
  await sql`select 1`.execute(db);
  expect(connections).toBe(2);
  await db.destroy();
});

test('a connection that is idle for too long is not used again', async () => {
  let connections = 0;
  let ended = 0;
  const url = await listen(
    (socket) => {
      connections += 1;
      socket.once('close', () => {
        ended += 1;
      });
    },
    () => DONE,
  );
  const dialect = postgresDialect(url, { statementMs: 0, silentMs: SILENT_MS, idleMs: 50 });
  const db = new Kysely({ dialect });

  await sql`select 1`.execute(db);
  await until(() => ended === 1);
  await sql`select 1`.execute(db);
  expect(connections).toBe(2);
  await db.destroy();
});
