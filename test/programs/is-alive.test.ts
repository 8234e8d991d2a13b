import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAlive } from '../../src/programs/is-alive.ts';

/** Answers `/healthz` with a status for as long as `ask` takes. */
async function withServer(status: number, host: string, ask: (port: string) => Promise<void>) {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? status : 404);
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  try {
    await ask(String((server.address() as AddressInfo).port));
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

describe('a bot', () => {
  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['127.0.0.2', '127.0.0.2'],
    ['127.0.0.1', ''],
  ])('that listens on %s is alive by HOST=%s', async (listensOn, host) => {
    await withServer(200, listensOn, async (port) => {
      expect(await isAlive({ HOST: host, PORT: port })).toBe(true);
    });
  });

  it('is not alive when it answers with an error', async () => {
    await withServer(503, '127.0.0.1', async (port) => {
      expect(await isAlive({ PORT: port })).toBe(false);
    });
  });

  it('is not alive when nobody listens, or the port is none', async () => {
    let free = '';
    await withServer(200, '127.0.0.1', async (port) => {
      free = port;
    });

    expect(await isAlive({ PORT: free })).toBe(false);
    expect(await isAlive({ PORT: 'x' })).toBe(false);
  });
});
