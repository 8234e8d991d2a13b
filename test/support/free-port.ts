import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const LOWEST = 20_000;
const RANGE_OF_THE_SYSTEM = '/proc/sys/net/ipv4/ip_local_port_range';

/** A port on the loopback that is free, and that no other suite gets by asking the system for any. */
export async function freePort(): Promise<number> {
  const [from = ''] = readFileSync(RANGE_OF_THE_SYSTEM, 'utf8').split(/\s/);
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (Number(from) - LOWEST));
    const server = createServer();
    const isFree = once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.listen(port, '127.0.0.1');
    if (!(await isFree)) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
