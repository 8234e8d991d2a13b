import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openRecordedEngine } from './recorded-engine.ts';

export interface GatedEngine {
  url: string;
  /** Calls for containers that were held up since it was shut. */
  held(): number;
  /** Holds up who asks for containers from now on. */
  shut(): void;
  /** Answers who was held up, and who asks from now on. */
  open(): void;
  close(): Promise<void>;
}

/** The recorded engine with some of its containers, behind a door which is open at first. */
export async function openGatedEngine(): Promise<GatedEngine> {
  const engine = await openRecordedEngine({ containers: 3 });
  let isOpen = true;
  let held = 0;
  const waiting: (() => void)[] = [];
  const server = createServer((asked, answer) => {
    if (isOpen || !asked.url?.includes('/containers')) return pass(asked, answer);
    held += 1;
    waiting.push(() => pass(asked, answer));
  });
  const pass = (asked: IncomingMessage, answer: ServerResponse): void => {
    const { hostname, port } = new URL(engine.url.replace('tcp:', 'http:'));
    const { method, url: path, headers } = asked;
    const passed = request({ hostname, port, method, path, headers }, (said) => {
      answer.writeHead(said.statusCode ?? 500, said.headers);
      said.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: () => held,
    shut() {
      isOpen = false;
      held = 0;
    },
    open() {
      isOpen = true;
      for (const one of waiting.splice(0)) one();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await engine.close();
    },
  };
}
