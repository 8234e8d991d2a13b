import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Kysely, sql } from 'kysely';
import { postgresDialect } from '../../src/store/postgres.ts';

// What PostgreSQL says to who may come in: that it is satisfied, and then that it is ready.
const WELCOME = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I');

let server: Server;
afterEach(() => server.close());

test('a server that lets a connection in and then says nothing is given up', async () => {
  let connections = 0;
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.once('data', () => socket.write(WELCOME));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `postgres://seawall:none@127.0.0.1:${port}/seawall`;
  const dialect = postgresDialect(url, { statementMs: 0, silentMs: 100 });
  const db = new Kysely({ dialect });

  for (let round = 1; round <= 2; round += 1) {
    await expect(sql`select 1`.execute(db)).rejects.toThrow('Connection terminated unexpectedly');
    expect(connections).toBe(round);
  }
  await db.destroy();
});
