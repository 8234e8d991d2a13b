import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join, resolve } from 'node:path';
import { openHub } from '../../src/hub/open-hub.ts';
import { createTunnels } from '../../src/hub/tunnels.ts';
import { edgeKeyMaker } from '../../src/programs/edge-keys.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { makeAuthority } from '../support/certificates.ts';
import { openFaultEngine } from '../support/fault-engine.ts';
import { temporaryDatabase } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const program = resolve(import.meta.dirname, '../../src/edge/main.ts');
const folder = makeTemporaryFolder();

test('an edge reaches a hub with a certificate of its own through a proxy, by CONNECT', async () => {
  const database = temporaryDatabase();
  const store = await database.open(Date.now);
  const engine = await openFaultEngine({ routes: { '/info': { ID: 'engine-1' } } });
  const authority = makeAuthority(folder, 'authority');
  const { cert, key } = authority.issue('hub');
  const tunnels = createTunnels();
  const hub = await openHub({
    ...{ listen: { host: '127.0.0.1', port: 0 }, store: store.edges, tunnels, owner: 'hub' },
    tls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
    ...{ now: Date.now, log: silentLogger, isDeclared: () => false },
  });
  const asked: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    const onward = connect(hub.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [onward, socket]) one.on('error', () => onward.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const make = edgeKeyMaker({ url: `wss://127.0.0.1:${hub.port}/edge` }, store.edges);
  const made = await make?.();
  await store.edges.addEdge({
    ...{ name: 'web-7', labels: {}, secretHash: made?.secretHash ?? '', by: 'test' },
    tradeUntil: Date.now() + 60_000,
  });
  const edge = spawn(process.execPath, [program, '--folder', join(folder, 'key')], {
    env: {
      ...{ SEAWALL_EDGE_KEY: made?.key, DOCKER_HOST: engine.url },
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NODE_EXTRA_CA_CERTS: authority.ca,
    },
    stdio: 'ignore',
  });
  try {
    await until(async () => tunnels.find('web-7') !== null);

    expect(asked).toEqual([`127.0.0.1:${hub.port}`]);
  } finally {
    edge.kill();
    await hub.close();
    proxy.close();
    await engine.close();
    await store.close();
    database.remove();
  }
});
