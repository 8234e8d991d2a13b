import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { asLargeZip, makeZip } from './make-zip.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A publisher of feeds, over HTTP or HTTPS, at an address of its own. */
export interface FeedServer {
  url: string;
  /** What lies where, by path; a text or bytes are given with an ETag, and by ranges. */
  files: Map<string, string | Buffer | Handler>;
  /** `GET /path 200`, in the order in which they ended. */
  requests: string[];
  close(): Promise<void>;
}

export async function openFeedServer(tls?: { key: Buffer; cert: Buffer }): Promise<FeedServer> {
  const files: FeedServer['files'] = new Map();
  const requests: string[] = [];
  const listener: Handler = (request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    response.on('close', () => requests.push(`${path} ${response.statusCode}`));
    const found = files.get(path);
    if (found === undefined) response.writeHead(404).end();
    else if (typeof found === 'function') found(request, response);
    else give(request, response, Buffer.from(found));
  };
  const server: Server = tls ? createSecureServer(tls, listener) : createServer(listener);
  // None is kept for less because the machine stood still.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http${tls ? 's' : ''}://127.0.0.1:${port}/`,
    files,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

export const etagOf = (bytes: Buffer): string =>
  `"${createHash('sha1').update(bytes).digest('hex')}"`;

/** Gives bytes as servers of files do: not again to who has them, and the rest to who has a part. */
export function give(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const etag = etagOf(bytes);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, { etag }).end();
    return;
  }
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from === 0 || request.headers['if-range'] !== etag) {
    response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes);
    return;
  }
  const rest = bytes.subarray(from);
  const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  const headers = { etag, 'content-length': rest.length, 'content-range': range };
  response.writeHead(206, headers).end(rest);
}

/** One record of OSV about openssl in Debian 12. */
export const osvRecord = (id: string, modified: string, more: object = {}) => ({
  id,
  modified,
  upstream: [id.replace('DEBIAN-', '')],
  affected: [
    {
      package: { ecosystem: 'Debian:12', name: 'openssl' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.15-1' }] }],
    },
  ],
  ...more,
});

/** Puts records where OSV has them: all in one archive, each alone, and the list of changes. */
export function publish(
  { files }: FeedServer,
  records: readonly ReturnType<typeof osvRecord>[],
  folder = '/Debian/',
): void {
  for (const path of [...files.keys()]) if (path.startsWith(folder)) files.delete(path);
  const named = records.map((one) => ({
    name: `${one.id}.json`,
    bytes: Buffer.from(JSON.stringify(one)),
  }));
  files.set(`${folder}all.zip`, asLargeZip(makeZip(named), named.length));
  for (const { name, bytes } of named) files.set(`${folder}${name}`, bytes);
  const changes = [...records]
    .sort((a, b) => Number(a.modified < b.modified) - Number(a.modified > b.modified))
    .map(({ id, modified }) => `${modified},${id}`);
  files.set(`${folder}modified_id.csv`, `${changes.join('\n')}\n`);
}
