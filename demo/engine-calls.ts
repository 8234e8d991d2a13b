import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { HostSettings } from '../src/config/load-settings.ts';
import { parseEndpoint } from '../src/engine/endpoint.ts';

/** What became of one call: never what was sent or answered. */
export interface EngineCall {
  host: string;
  method: string;
  /** With the version, without the query. */
  path: string;
  /** Null when there was no answer. */
  status: number | null;
  ms: number;
}

/** It has no end that could be told of. */
const STREAM = /^(\/v[\d.]+)?\/events$/;

/**
 * Tells of every call that this process makes to the engines of `hosts`, once it has ended, by what Node's
 * HTTP client publishes. Gives what stops it.
 */
export function tellEngineCalls(
  hosts: readonly Pick<HostSettings, 'name' | 'url' | 'tls'>[],
  onCall: (call: EngineCall) => void,
): () => void {
  const names = new Map(hosts.map((host) => [addressOf(host), host.name]));
  const begun = new WeakMap<ClientRequest, number>();
  const end = (request: ClientRequest, status: number | null) => {
    const startedAt = begun.get(request);
    const host = names.get(dialledBy(request));
    const [path = ''] = request.path.split('?');
    if (startedAt === undefined || host === undefined || STREAM.test(path)) return;
    begun.delete(request);
    onCall({ host, method: request.method, path, status, ms: performance.now() - startedAt });
  };
  const heard = {
    'http.client.request.start': ({ request }: Published) => begun.set(request, performance.now()),
    'http.client.request.error': ({ request }: Published) => end(request, null),
    'http.client.response.finish': ({ request, response }: Published) =>
      response?.once('close', () => end(request, response.statusCode ?? null)),
  };
  const listeners = Object.entries(heard).map(
    ([channel, listener]) =>
      [channel, (message: unknown) => listener(message as Published)] as const,
  );
  for (const [channel, listener] of listeners) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of listeners) unsubscribe(channel, listener);
  };
}

interface Published {
  request: ClientRequest & { socketPath?: string };
  response?: IncomingMessage;
}

/** As `dialledBy` gives it. */
function addressOf({ url, tls }: Pick<HostSettings, 'url' | 'tls'>): string {
  const { connection } = parseEndpoint(url, tls);
  if (connection.kind === 'unix') return connection.socketPath;
  return connection.kind === 'tcp' ? `${connection.host}:${connection.port}` : 'docker';
}

/** The path of a local socket, else the header that names the engine. */
const dialledBy = (request: Published['request']): string =>
  request.socketPath ?? String(request.getHeader('host'));
