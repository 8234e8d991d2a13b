import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { RecordedStep } from '../demo/sample/recording.ts';
import { programDirectories } from '../src/snapshot/search-image.ts';
import { keepPrivileged } from './keep-privileged.ts';

/** One answer of the engine, before it is known whether it came before. */
export interface Exchange {
  call: string;
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  isArchive: boolean;
}

export interface RecordingDoor {
  /** `unix://` url of the socket it listens on. */
  url: string;
  exchanges: Map<string, Exchange>;
  close(): Promise<void>;
}

const KEPT_HEADERS: readonly string[] = [
  ...['api-version', 'content-type', 'docker-experimental', 'ostype', 'server', 'swarm'],
  'x-docker-container-path-stat',
];

export interface RecordingDoorOptions {
  /** Path of the socket to make. */
  listenOn: string;
  engineSocket: string;
  /** Id of the one container that its lists name; all when not given. */
  only?: string | undefined;
}

const LIST_CALL = 'GET /containers/json';

/**
 * Stands in front of the socket of an engine, hands GET and HEAD on and keeps the whole answers by
 * call, which is what `RecordedStep.calls` is by.
 */
export async function openRecordingDoor({
  listenOn,
  engineSocket,
  only,
}: RecordingDoorOptions): Promise<RecordingDoor> {
  const exchanges = new Map<keyof RecordedStep['calls'], Exchange>();
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const call = `${method} ${url.replace(/^\/v\d+\.\d+(?=\/)/, '')}`;
    const target = { socketPath: engineSocket, method, path: url, headers, agent: false };
    const onward = httpRequest(target, async (answer) => {
      const chunks: Buffer[] = await answer.toArray();
      const isArchive = call.startsWith('GET') && isTar(answer.headers['content-type']);
      const whole = Buffer.concat(chunks);
      const isNarrowed = only !== undefined && call.startsWith(LIST_CALL);
      const listed = isNarrowed ? narrow(whole, only) : whole;
      const body = isArchive && readsPrograms(url) ? keepPrivileged(whole) : listed;
      const status = answer.statusCode ?? 502;
      const kept = KEPT_HEADERS.flatMap((name) => {
        const value = answer.headers[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      });
      exchanges.set(call, { call, status, headers: Object.fromEntries(kept), body, isArchive });
      response.writeHead(status, Object.fromEntries(kept)).end(body);
    });
    onward.end();
  });
  server.listen(listenOn);
  await once(server, 'listening');
  return {
    url: `unix://${listenOn}`,
    exchanges,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const narrow = (list: Buffer, id: string): Buffer => {
  const listed = JSON.parse(list.toString()) as { Id: string }[];
  return Buffer.from(JSON.stringify(listed.filter(({ Id }) => Id === id)));
};

const isTar = (type: string | undefined) => type === 'application/x-tar';

/** Of directories with programs only privileged files are of use. */
const readsPrograms = (url: string): boolean =>
  programDirectories.includes(new URL(url, 'http://engine').searchParams.get('path') ?? '');
