import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { openStore } from '../../src/store/open-store.ts';

// What a server says to who asks for TLS and gets none, and to who has to prove that it knows the password.
const NO_TLS = Buffer.from('N');
const authentication = (step: number, text: string) => {
  const message = Buffer.alloc(9);
  message.write('R');
  message.writeInt32BE(8 + text.length, 1);
  message.writeInt32BE(step, 5);
  return Buffer.concat([message, Buffer.from(text)]);
};
const PROVE_IT = [authentication(10, 'SCRAM-SHA-256\0\0'), authentication(11, 'r=1,s=MQ==,i=4096')];

let server: Server;
afterEach(() => server.close());

/** Listens as PostgreSQL does, with these answers to whoever comes. Its address, and who came. */
async function listen(answers: readonly Buffer[]) {
  const came: Socket[] = [];
  server = createServer((socket) => {
    came.push(socket);
    socket.on('error', () => {});
    const left = [...answers];
    socket.on('data', () => socket.write(left.shift() ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { came, place: `127.0.0.1:${(server.address() as AddressInfo).port}/seawall` };
}

it.each([
  ['demands a password that is not there', PROVE_IT, '', /password/, /Set the password/],
  ['speaks no TLS', [NO_TLS], '?sslmode=verify-full', /does not support SSL/, /sslmode/],
])(
  'a server that %s is told with what to do, and left',
  async (_what, answers, how, detail, remedy) => {
    const { came, place } = await listen(answers);
    const opening = openStore({ url: `postgres://seawall@${place}${how}`, now: () => 0 });

    await expect(opening).rejects.toMatchObject({
      code: 'store-failed',
      detail: expect.stringMatching(detail),
      remedy: expect.stringMatching(remedy),
    });
    // Else this program would not end before the server gives it up.
    for (const socket of came) if (!socket.closed) await once(socket, 'close');
    expect(came).not.toHaveLength(0);
  },
);

it('a server that is down, and so has no socket, is waited for and told with what to do', async () => {
  const url = 'postgres://seawall@localhost/seawall?host=/no/such/folder';

  await expect(openStore({ url, now: () => 0 })).rejects.toMatchObject({
    code: 'store-failed',
    detail: 'connect ENOENT /no/such/folder/.s.PGSQL.5432',
    isRetryable: true,
    remedy: expect.stringMatching(/^Start the PostgreSQL server/),
  });
});
