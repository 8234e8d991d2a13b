import { Agent, type IncomingMessage, request } from 'node:http';
import { UserError } from '../shared/errors.ts';
import { tunnelLimits } from '../tunnel/limits.ts';

/** The engine beside an edge. */
export interface EngineClient {
  /**
   * The answer with any status, its body unread. Rejects with the error of the socket. The caller has
   * checked what it asks for; here there is GET and HEAD alone.
   */
  ask(call: EngineCall, signal: AbortSignal): Promise<IncomingMessage>;
  /** The id that the engine gives itself; null when it does not tell. */
  readId(): Promise<string | null>;
  close(): void;
}

export interface EngineCall {
  method: 'GET' | 'HEAD';
  path: string;
  query: Readonly<Record<string, string>>;
}

/** Whether a connection broke, as a kept-alive one does when its time is up. */
export const isCut = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(Object(error).code ?? ''));

const ATTEMPTS = 3;
const INFO_MS = 10_000;
const INFO_BYTES = 1024 * 1024;
const ID_MAX = 128;

/** Opens nothing yet. `url` is `unix:///path` or `tcp://host:port`; throws `UserError` for another. */
export function openEngineClient(url: string): EngineClient {
  const place = placeOf(url);
  const agent = new Agent({ keepAlive: true, maxSockets: tunnelLimits.callsAtOnce });
  const askOnce: EngineClient['ask'] = ({ method, path, query }, signal) =>
    new Promise((resolve, reject) => {
      const search = new URLSearchParams(query).toString();
      const sent = request(
        {
          ...place,
          agent,
          method,
          signal,
          path: search === '' ? path : `${path}?${search}`,
          headers: { host: 'docker' },
        },
        resolve,
      );
      sent.on('error', reject);
      // Nothing was offered to it; an engine that switches all the same is left alone.
      sent.on('upgrade', (_response, socket) => {
        socket.destroy();
        reject(new Error('the engine switched to another protocol'));
      });
      sent.end();
    });
  // A kept-alive connection may end just as it is used again: before any answer, another is tried.
  const ask: EngineClient['ask'] = async (call, signal) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await askOnce(call, signal);
      } catch (error) {
        if (!isCut(error) || signal.aborted || attempt === ATTEMPTS) throw error;
      }
    }
  };
  return {
    ask,
    async readId() {
      try {
        const signal = AbortSignal.timeout(INFO_MS);
        const response = await ask({ method: 'GET', path: '/info', query: {} }, signal);
        return readIdOf(await textOf(response));
      } catch {
        return null;
      }
    },
    close: () => agent.destroy(),
  };
}

function placeOf(url: string): { socketPath: string } | { host: string; port: number } {
  if (url.startsWith('unix:///')) return { socketPath: url.slice('unix://'.length) };
  const parsed = url.startsWith('tcp://') && URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || parsed.hostname === '') {
    throw new UserError('DOCKER_HOST must be unix:///path or tcp://host:port.', {
      hint: 'An edge runs beside its engine; unix:///var/run/docker.sock is what it takes when left out.',
    });
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  return { host, port: Number(parsed.port === '' ? 2375 : parsed.port) };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > INFO_BYTES) throw new Error('more than an engine tells of itself');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function readIdOf(text: string): string | null {
  const { ID } = Object(JSON.parse(text));
  return typeof ID === 'string' && ID !== '' && ID.length <= ID_MAX ? ID : null;
}
