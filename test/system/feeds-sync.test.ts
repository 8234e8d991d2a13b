import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';
import { makeAuthority } from '../support/certificates.ts';
import { type FeedServer, openFeedServer, osvRecord, publish } from '../support/feed-server.ts';
import {
  environmentOf,
  integrityOf,
  look,
  runAndKill,
  stallInserts,
} from '../support/killed-program.ts';
import { runHere, runSeawall } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const servers: { close(): unknown }[] = [];
afterAll(async () => {
  for (const server of servers) await server.close();
});

/** A program with a database of its own that fetches OSV's Debian and CISA's catalogue from here. */
function programIn(name: string, url: string, more: Record<string, string> = {}) {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  const database = join(cwd, 'seawall.db');
  const sources = `[{name: osv, url: "${url}", ecosystems: [Debian]}]`;
  writeFileSync(join(cwd, 'seawall.yml'), `feeds: {sources: ${sources}}\n`);
  return { database, program: { cwd, environment: { ...environmentOf(database), ...more } } };
}
async function open(...tls: Parameters<typeof openFeedServer>): Promise<FeedServer> {
  const server = await openFeedServer(...tls);
  servers.push(server);
  return server;
}
const records = (year: number, count: number) =>
  Array.from({ length: count }, (_, number) =>
    osvRecord(`DEBIAN-CVE-${year}-${10_000 + number}`, `${year}-01-01T00:00:00Z`),
  );
const answering = (database: string) =>
  look(database, (db) =>
    db
      .prepare(
        `select count(*) from advisory join feed on feed.id = feed_id
         and feed.generation = advisory.generation`,
      )
      .pluck()
      .get(),
  );

test('what is killed half way leaves what was, and its files go with the next start', async () => {
  const server = await open();
  const { database, program } = programIn('killed', server.url);
  publish(server, records(2024, 300));
  const first = await runHere(['feeds', 'sync'], program);
  expect(first).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^A new, empty database was made: .*\n$/),
  });
  expect(first.stdout).toContain('Fetched 1 feed; taken whole: osv/Debian');

  publish(server, records(2025, 2_000));
  look(database, (db) => db.exec('update feed set fetched_json = null'));
  const goOn = stallInserts(database, 'advisory', 1_200);
  const written = () =>
    look(database, (db) => db.prepare('select count(*) from advisory').pluck().get()) as number;
  // It is looked at as often as a step of its work takes, since it cannot end.
  let lookAt = 0;
  const isDue = () => {
    if (performance.now() < lookAt) return false;
    lookAt = performance.now() + 20;
    return written() > 600;
  };
  const signal = await runAndKill(['feeds', 'sync'], program, isDue);
  const left = readdirSync(`${database}.feeds`);

  expect(signal).toBe('SIGKILL');
  expect(left).toEqual(expect.arrayContaining([expect.stringMatching(/all\.zip$/)]));
  expect(integrityOf(database)).toBe('ok');
  expect(answering(database)).toBe(300);
  goOn();
  // Who was killed holds the feed for another minute.
  const soon = await runHere(['feeds', 'sync'], program);
  expect(soon.stdout).toContain('being fetched by another process: osv/Debian');
  look(database, (db) => db.exec('update feed set lease_until = 0'));
  const again = await runHere(['feeds', 'sync', '--json'], program);

  expect(JSON.parse(again.stdout)).toMatchObject({
    answer: 'feeds',
    fetched: [{ source: 'osv/Debian', outcome: 'taken', reason: null }],
    feeds: [{ source: 'osv/Debian', records: 2_000, failure: null, isStale: true }],
  });
  expect(readdirSync(`${database}.feeds`)).toEqual([]);
  expect([answering(database), written()]).toEqual([2_000, 2_000]);
  expect(existsSync(join(program.cwd, 'seawall.db.feeds'))).toBe(true);
});

test('a feed that cannot be had is said with its age and the reason', async () => {
  const server = await open();
  const { program } = programIn('failing', server.url);
  publish(server, records(2024, 3));
  await runHere(['feeds', 'sync'], program);
  server.files.clear();

  const failed = await runHere(['feeds', 'sync'], program);
  const asked = await runHere(['feeds'], program);

  expect(failed.stdout).toContain('failed: osv/Debian');
  for (const { stdout } of [failed, asked]) {
    expect(stdout).toMatch(
      /osv\/Debian was not taken .+, what was there stays: .+it has no \/Debian/,
    );
  }
});

test('of one that was never taken it says that none of it is here', async () => {
  const server = await open();
  const { program } = programIn('never', server.url);

  const { stdout } = await runHere(['feeds', 'sync'], program);

  expect(stdout).toMatch(
    /osv\/Debian was not taken .+, and none of it is here: .+it has no \/Debian/,
  );
  expect(stdout).not.toContain('stays');
  expect(stdout).not.toContain('may not call out');
  await server.close();
  const away = (await runHere(['feeds', 'sync'], program)).stdout;
  expect(away).toMatch(/it refuses the connection \(ECONNREFUSED\)/);
  expect(away).toContain('If Seawall may not call out: name a proxy');
});

test('HTTPS through a proxy, to where the mirror sends, and never back to HTTP', async () => {
  const authority = makeAuthority(folder, 'mirror');
  const { cert, key } = authority.issue('mirror');
  const secure = await open({ cert: readFileSync(cert), key: readFileSync(key) });
  const plain = await open();
  publish(secure, records(2024, 3));
  plain.files.set('/Debian/modified_id.csv', (_request, response) => {
    response.writeHead(307, { location: `${secure.url}Debian/modified_id.csv` }).end();
  });
  plain.files.set('/Debian/all.zip', (_request, response) => {
    response.writeHead(307, { location: `${secure.url}Debian/all.zip` }).end();
  });
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', (request, client, head) => {
    tunnels.push(`${request.url} ${request.headers['proxy-authorization']}`);
    const target = new URL(secure.url);
    const server = connect(Number(target.port), target.hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      server.write(head);
      server.pipe(client).pipe(server);
    });
    for (const socket of [server, client]) socket.on('error', () => {});
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  servers.push(proxy);
  const { port } = proxy.address() as AddressInfo;
  const environment = {
    HTTPS_PROXY: `http://user:secret@127.0.0.1:${port}`,
    NODE_EXTRA_CA_CERTS: authority.ca,
  };
  const { program } = programIn('proxied', plain.url, environment);

  const taken = await runSeawall(['feeds', 'sync'], program);

  expect(taken).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^A new, empty database was made: .*\n$/),
  });
  expect(taken.stdout).toContain('taken whole: osv/Debian');
  const basic = Buffer.from('user:secret').toString('base64');
  expect(new Set(tunnels)).toEqual(new Set([`${new URL(secure.url).host} Basic ${basic}`]));
  expect(secure.requests.sort()).toEqual(['/Debian/all.zip 200', '/Debian/modified_id.csv 200']);

  secure.files.set('/Debian/modified_id.csv', (_request, response) => {
    response.writeHead(302, { location: 'http://example.invalid/' }).end();
  });
  const back = await runSeawall(['feeds', 'sync'], program);
  expect(back.stdout).toContain('it sends to http://example.invalid, which is not https');
  expect(`${back.stdout}${back.stderr}`).not.toContain('secret');
});
