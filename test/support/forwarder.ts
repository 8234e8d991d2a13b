import { connect, createServer, type ListenOptions, type Socket } from 'node:net';

export interface Forwarder {
  /** Of TCP; 0 for a socket in a folder. */
  port: number;
  close(): void;
}

/** Hands each connection on to the unix socket that there is then, byte by byte. */
export async function openForwarder(on: ListenOptions, target: () => string): Promise<Forwarder> {
  const sockets = new Set<Socket>();
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.pipe(to);
  };
  const server = createServer((from) => {
    const to = connect(target());
    join(from, to);
    join(to, from);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(on, done);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
