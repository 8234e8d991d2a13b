import http, { type ServerResponse } from 'node:http';
import { OutsideError } from '../shared/errors.ts';
import { CONNECTIONS_MAX, httpLimits, listenOn } from '../shared/listen-on.ts';
import { within } from '../timers/pause.ts';
import type { Metrics } from './metrics.ts';

export interface OperationsParts {
  metrics: Pick<Metrics, 'render'>;
  /** What keeps it from working, in sentences; empty when it works. Rejects like the database. */
  problems: () => Promise<string[]>;
  answerWithinMs?: number;
}

/** Answers a GET for whoever runs Seawall; false when the path is none of theirs. */
export type Operations = (path: string, response: ServerResponse) => boolean;

/** For so long an answer is given again. */
const KEPT_MS = 500;
/** Who waits longer has given up: Kubernetes waits a second, Prometheus ten, unless told otherwise. */
const ANSWERED_WITHIN_MS = 5_000;
const PLAIN = 'text/plain; charset=utf-8';

/**
 * `/healthz`: the process lives. `/readyz`: it can work, or why not. `/metrics`: Prometheus. All who ask at once have one
 * answer, so that whoever reaches the port can neither keep the database nor this thread busy; where that takes longer
 * than five seconds it is 503 until it comes.
 */
export function createOperations({
  metrics,
  problems,
  answerWithinMs = ANSWERED_WITHIN_MS,
}: OperationsParts): Operations {
  const answers: Readonly<Record<string, () => Promise<Answer>>> = {
    '/healthz': async () => ({ status: 200, contentType: PLAIN, text: 'ok\n' }),
    '/readyz': shared(async () => {
      const found = await problems();
      const text = `${JSON.stringify({ isReady: found.length === 0, problems: found })}\n`;
      return { status: found.length === 0 ? 200 : 503, contentType: 'application/json', text };
    }),
    '/metrics': shared(async () => ({ status: 200, ...(await metrics.render()) })),
  };
  return (path, response) => {
    const answer = Object.hasOwn(answers, path) ? answers[path] : undefined;
    if (answer === undefined) return false;
    void within(answerWithinMs, answer())
      .then((given) => given ?? late)
      .catch((error: unknown): Answer => {
        const text = error instanceof OutsideError ? error.message : 'a bug in Seawall';
        return { status: 503, contentType: PLAIN, text: `${text}\n` };
      })
      .then(({ status, contentType, text }) => {
        response.writeHead(status, { 'content-type': contentType });
        response.end(text);
      });
    return true;
  };
}

function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let kept: { answer: Promise<T>; until: number } | null = null;
  return () => {
    if (kept !== null && performance.now() < kept.until) return kept.answer;
    const now = { answer: work(), until: Number.POSITIVE_INFINITY };
    const end = () => {
      now.until = performance.now() + KEPT_MS;
    };
    now.answer.then(end, end);
    kept = now;
    return now.answer;
  };
}

const late: Answer = {
  ...{ status: 503, contentType: PLAIN },
  text: 'the database did not answer in time\n',
};

interface Answer {
  status: number;
  contentType: string;
  text: string;
}

export interface OperationsServer {
  port: number;
  close(): Promise<void>;
}

/** Listens for them alone, where Slack comes over sockets. Rejects like `listenOn`. */
export async function serveOperations(
  operations: Operations,
  address: { port: number; host: string },
): Promise<OperationsServer> {
  const server = http.createServer(httpLimits, (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    if (request.method === 'GET' && operations(path, response)) return;
    response.writeHead(404, { 'content-type': PLAIN });
    response.end('not found\n');
  });
  server.maxConnections = CONNECTIONS_MAX;
  return {
    port: await listenOn(server, address),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
