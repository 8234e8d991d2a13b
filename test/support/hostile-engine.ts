// Engines that lie, as a program of its own, so that what they cost to make is not measured with what
// they cost to read. `node test/support/hostile-engine.ts <lie> …` prints the url of each in one line, and serves until it
// ends.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { readRecording } from './engine-recording.ts';
import { inspectAnswer } from './inspect-answer.ts';
import { answerCall } from './recorded-answer.ts';

type Fields = Record<string, unknown>;
/** Writes an answer of its own; false leaves it to the recording. */
type Lie = (path: string, query: URLSearchParams, response: ServerResponse) => boolean;

const KB = 1024;
const MB = 1024 * KB;
const CONTAINERS = 1000;
const recording = readRecording();

/** Begins with the number, so that no two are alike, whole or cut. */
const idOf = (index: number): string => index.toString(16).padStart(8, '0').padEnd(64, 'd');
const isInspect = (path: string): boolean => /^\/containers\/\w{64}\/json$/.test(path);
const idIn = (path: string): string => path.split('/')[2] ?? '';

function sendText(response: ServerResponse, text: string | Buffer, headers: object = {}): true {
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
  response.end(text);
  return true;
}
const send = (response: ServerResponse, body: unknown): true =>
  sendText(response, JSON.stringify(body));

const listed = (count: number, more: (index: number) => Fields = () => ({})): Fields[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ Id: idOf(index), Names: [`/c${index}`], ImageID: '', State: 'running', Status: 'Up' },
    ...more(index),
  }));

/** An inspect answer with so many names of variables, the value that makes most of the fewest bytes. */
const inspected = (path: string, variables: number): Fields =>
  inspectAnswer({
    top: { Id: idIn(path), Name: `/c${Number.parseInt(idIn(path).slice(0, 8), 16)}` },
    config: { Env: Array.from({ length: variables }, (_, index) => `V${index}=`) },
    state: { Status: 'running', Running: true, Pid: 4242 },
  });

/** Lists containers, and answers for each as told. */
const many =
  (count: number, each: (path: string, response: ServerResponse) => boolean): Lie =>
  (path, _query, response) => {
    if (path === '/containers/json') return send(response, listed(count));
    return isInspect(path) && each(path, response);
  };

function endless(response: ServerResponse, piece: string): true {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const chunk = piece.repeat(Math.ceil((64 * KB) / piece.length));
  response.write('[');
  const pump = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', pump);
  };
  pump();
  return true;
}

async function drip(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  while (!response.destroyed) {
    response.write(' ');
    await sleep(20);
  }
}

let nano = BigInt(Date.now()) * 1_000_000n;
function event(action: string, id: string, attributes: Fields): string {
  nano += 1n;
  const Actor = { ID: id, Attributes: { image: 'base:1.0', name: id.slice(0, 12), ...attributes } };
  const line = JSON.stringify({ Type: 'container', Action: action, Actor, scope: 'local' });
  return line.replace(/\}$/, `,"time":${nano / 1_000_000_000n},"timeNano":${nano}}\n`);
}

/** Invents events as fast as they are read; the containers of them can be inspected. */
const flood =
  (attributes: () => Fields): Lie =>
  (path, query, response) => {
    if (isInspect(path)) return send(response, inspected(path, 50));
    if (path !== '/events') return false;
    response.writeHead(200, { 'Content-Type': 'application/json' });
    if (query.has('until')) {
      response.end();
      return true;
    }
    response.flushHeaders();
    let index = 0;
    const pump = (): void => {
      let isTaken = true;
      while (isTaken && !response.destroyed) {
        index += 1;
        const id = idOf(index);
        const words = ['create', 'start', 'die', 'destroy'];
        isTaken = response.write(words.map((word) => event(word, id, attributes())).join(''));
      }
      if (!response.destroyed) response.once('drain', pump);
    };
    pump();
    return true;
  };

const everywhere =
  (answer: (response: ServerResponse) => true): Lie =>
  (path, _query, response) =>
    path !== '/version' && answer(response);

const repeatedTo = (piece: string, bytes: number): string =>
  piece.repeat(Math.floor(bytes / piece.length));

const volumes = Array.from({ length: 150 }, (_, index) => ({
  ...{ Name: `v${index}`, Driver: 'local', Mountpoint: `/var/lib/docker/volumes/v${index}/_data` },
  ...{ Labels: {}, Scope: 'local', Options: null, CreatedAt: '2026-01-01T00:00:00Z' },
}));

/** Each kind of lie, by its name. */
export const lies = {
  'huge facts': (path, _query, response) =>
    path === '/info' && sendText(response, `[${repeatedTo('{},', 15 * MB)}{}]`),
  'angle brackets': everywhere((response) => {
    response.writeHead(500).end('<'.repeat(65_000));
    return true;
  }),
  endless: everywhere((response) => endless(response, '{},')),
  'endless text': everywhere((response) => endless(response, '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",')),
  dripping: everywhere((response) => {
    void drip(response);
    return true;
  }),
  deep: everywhere((response) => sendText(response, `${'['.repeat(MB / 2)}${']'.repeat(MB / 2)}`)),
  'gzip bomb': everywhere((response) =>
    sendText(response, gzipSync(Buffer.alloc(50 * MB)), { 'Content-Encoding': 'gzip' }),
  ),
  'huge lists': (path, _query, response) =>
    ['/containers/json', '/images/json', '/networks', '/nodes'].includes(path) &&
    sendText(response, `[${repeatedTo('{"Id":"x"},', 7 * MB)}{}]`),
  'many containers': many(CONTAINERS, (path, response) => send(response, inspected(path, 20))),
  'hundreds of containers': many(300, (path, response) => send(response, inspected(path, 20))),
  'too many containers': many(50_000, () => false),
  'huge containers': many(100, (path, response) =>
    send(response, { ...inspected(path, 10), Padding: 'x'.repeat(480 * KB) }),
  ),
  'many values': many(200, (path, response) => send(response, inspected(path, 1_000))),
  'shared processes': many(200, (path, response) => {
    const isFirst = idIn(path) === idOf(0);
    const { HostConfig, ...all } = inspected(path, 5);
    const joins = { PidMode: isFirst ? '' : `container:${idOf(0)}` };
    return send(response, { ...all, HostConfig: { ...(HostConfig as Fields), ...joins } });
  }),
  'deep mounts': many(60, (path, response) =>
    send(response, {
      ...inspected(path, 0),
      Mounts: Array.from({ length: 20 }, (_, index) => ({
        ...{ Type: 'bind', Mode: '', RW: true, Propagation: 'rprivate' },
        ...{ Source: `${'/a'.repeat(1_900)}/${index}`, Destination: `/d${index}` },
      })),
    }),
  ),
  'many volumes': (path, query, response) =>
    path === '/volumes'
      ? send(response, { Volumes: volumes, Warnings: null })
      : many(250, (asked, then) =>
          send(then, {
            ...inspected(asked, 0),
            Mounts: volumes.map(({ Name, Driver, Mountpoint }) => ({
              ...{ Type: 'volume', Mode: 'z', RW: true, Propagation: '', Name, Driver },
              ...{ Source: Mountpoint, Destination: `/${Name}` },
            })),
          }),
        )(path, query, response),
  'long names': many(100, (path, response) =>
    send(response, {
      ...inspected(path, 0),
      Config: {
        ...(inspected(path, 0).Config as Fields),
        Env: [`${'N'.repeat(480 * KB)}=`],
      },
    }),
  ),
  'long values': many(60, (path, response) =>
    send(response, {
      ...inspected(path, 0),
      Config: {
        ...(inspected(path, 0).Config as Fields),
        Env: [`${'N'.repeat(20)}=${'x'.repeat(480 * KB)}`],
      },
    }),
  ),
  'huge process lists': (path, query, response) => {
    if (!path.endsWith('/top')) {
      return many(200, (asked, then) => send(then, inspected(asked, 5)))(path, query, response);
    }
    const row = ['4242', '1', '0', 'x'];
    return send(response, {
      Titles: ['PID', 'PPID', 'EUID', 'COMMAND'],
      Processes: Array(40_000).fill(row),
    });
  },
  'invented events': flood(() => ({})),
  'huge events': flood(() => ({ label: 'x'.repeat(200 * KB) })),
  'endless event': (path, _query, response) => path === '/events' && endless(response, 'xxxx'),
} satisfies Record<string, Lie>;

export type LieName = keyof typeof lies;

function answer(lie: Lie, request: IncomingMessage, response: ServerResponse): void {
  const [target = '', query = ''] = (request.url ?? '/').split('?', 2);
  const path = target.replace(/^\/v\d+\.\d+(?=\/)/, '');
  response.setHeader('Api-Version', '1.45');
  response.on('error', () => {});
  const asked = new URLSearchParams(query);
  if (path === '/_ping') response.end('OK');
  else if (!lie(path, asked, response)) {
    const { status, body } = answerCall(recording, path, asked);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }
}

/** Serves a lie on the loopback address; its url. */
export async function serveLie(name: LieName): Promise<string> {
  const lie: Lie = lies[name];
  const server = createServer((request, response) => answer(lie, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const urls = await Promise.all(process.argv.slice(2).map((lie) => serveLie(lie as LieName)));
  process.stdout.write(`${urls.join(' ')}\n`);
}
