import { createServer } from 'node:net';
import { openEngine } from '../../src/engine/open-engine.ts';

const version = JSON.stringify({ ApiVersion: '1.45', MinAPIVersion: '1.24' });

/** Answers as Go's server does: to HEAD without a length and without a word about the connection. */
async function serve(headHeaders: string) {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.on('data', (request) => {
      if (request.toString().startsWith('HEAD')) {
        socket.write(`HTTP/1.1 200 OK\r\nX-Told: yes\r\n${headHeaders}\r\n`);
      } else {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${version.length}\r\n\r\n${version}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `tcp://127.0.0.1:${port}`, server, connections: () => connections };
}

it.each([
  ['goes on after a HEAD without a length', '', 1],
  ['ends where the engine says so', 'Connection: close\r\n', 4],
])('a connection %s', async (_what, headHeaders, expected) => {
  const { url, server, connections } = await serve(headHeaders);
  const engine = openEngine({ url, allowedEndpoints: ['HEAD /info'] });
  try {
    for (let i = 0; i < 4; i += 1) {
      expect(await engine.head('/info')).toMatchObject({ 'x-told': 'yes' });
    }
    expect(connections()).toBe(expected);
  } finally {
    engine.close();
    server.close();
  }
});
