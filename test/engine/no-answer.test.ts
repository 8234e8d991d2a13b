import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { openEngine } from '../../src/engine/open-engine.ts';
import { watchStops } from '../support/strain.ts';

// Engines that never come to an answer, and work for whoever waits for it meanwhile.

const KB = 1024;

/** Sends it again and again for as long as somebody reads. */
function withoutEnd(piece: string) {
  const many = piece.repeat(Math.ceil((64 * KB) / piece.length));
  return (socket: Socket) => {
    const pump = (): void => {
      while (!socket.destroyed && socket.write(many));
      if (!socket.destroyed) socket.once('drain', pump);
    };
    pump();
  };
}
it.each<[string, (socket: Socket) => void, string]>([
  ['goes on', withoutEnd('HTTP/1.1 100 Continue\r\n\r\n'), 'interim answers without end'],
  [
    'hints for ever',
    withoutEnd('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'),
    'interim answers without end',
  ],
])('an engine that %s is told at once, and holds nobody up', async (_what, answer, reason) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `tcp://127.0.0.1:${port}`;
  // Far more than it takes: a call that waits for its time to end fails by another reason.
  const door = openEngine({ url, allowedEndpoints: ['GET /info'], callTimeoutMs: 20_000 });
  const stops = watchStops();
  try {
    await expect(door.get('/info')).rejects.toMatchObject({
      code: 'engine-invalid-answer',
      message: expect.stringContaining(reason),
    });
    expect(stops.longestMs()).toBeLessThan(500);
  } finally {
    door.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
