import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { TLSSocket } from 'node:tls';
import { makeAuthority } from '../../support/certificates.ts';
import { runSeawall } from '../../support/run-seawall.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const authority = makeAuthority(folder, 'own');
const { cert, key } = authority.issue('postgres');
const certificate = { cert: readFileSync(cert), key: readFileSync(key) };
/** What came through TLS from who took the certificate. */
let told: string;
let server: Server;

beforeAll(async () => {
  // As PostgreSQL does: it says that it has TLS, and then it is TLS.
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('S');
      const secured = new TLSSocket(socket, { isServer: true, ...certificate });
      secured.on('error', () => {});
      secured.on('data', (data) => {
        told += data.toString('latin1');
        secured.destroy();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());
beforeEach(() => {
  told = '';
});

function ask(query: string) {
  const { port } = server.address() as AddressInfo;
  const DATABASE_URL = `postgres://seawall:none@127.0.0.1:${port}/seawall?${query}`;
  const environment = { DATABASE_URL, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  return runSeawall(['history'], { cwd: folder, environment });
}

it.each(['sslmode=verify-full', 'sslmode=require', 'ssl=true'])(
  '%s takes no certificate of strangers, where Node is told to take any',
  async (query) => {
    const { status, stderr } = await ask(query);

    expect(told).toBe('');
    expect(status).toBe(3);
    expect(stderr).toContain('unable to verify the first certificate');
    expect(stderr).toContain('NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed');
    expect(stderr).not.toContain('SECURITY WARNING');
  },
);

it('a file that is missing is told with where it is named', async () => {
  const { status, stderr } = await ask('sslmode=verify-full&sslrootcert=/no/such.pem');

  expect(status).toBe(3);
  expect(stderr).toContain('/no/such.pem');
  expect(stderr).toContain('Correct sslrootcert');
});

it.each([
  ['of its own authority', `sslmode=verify-full&sslrootcert=${authority.ca}`],
  ['of anybody where the url says so', 'sslmode=no-verify'],
])('takes one %s', async (_whose, query) => {
  await ask(query);

  expect(told).toContain('user\0seawall');
});
