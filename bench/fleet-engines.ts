// Engines of a fleet, in a process of their own: `fork('fleet-engines.ts', [first, count])`. Each is an HTTP
// server with ten containers of the bundled recording, which answers from bytes that it made once, so that the
// engines take little of the machine that is measured. They give way to whoever answers people, as workers do: what
// they stand for runs on machines of its own. Talks to its parent: `{ liveMs }` lets each host replace
// one container in so many milliseconds, and what was created is told as `{ born: [id, epoch milliseconds][] }`.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';
import { readRecording } from '../test/support/engine-recording.ts';
import { answerCall } from '../test/support/recorded-answer.ts';

type Fields = Record<string, unknown>;

const CONTAINERS = 10;
/** What an engine remembers, as measured on Docker Engine 26.1. */
const REMEMBERED = 256;
const TELL_MS = 200;
/** How an engine tells of a directory. */
const ROOT_STAT = Buffer.from(
  JSON.stringify({
    ...{ name: '/', size: 0, mode: 2 ** 31 + 0o755, linkTarget: '' },
    mtime: '2026-01-01T00:00:00Z',
  }),
).toString('base64');

const recording = readRecording();
const running = recording.containerList.filter(({ State }) => State === 'running');
/** Answers that all of them give, by path and query. */
const common = new Map<string, { status: number; body: Buffer }>();
const born: [string, number][] = [];

interface Container {
  id: string;
  listed: Buffer;
  inspected: Buffer;
  processes: Buffer;
  /** Attributes of its events. */
  attributes: Fields;
}

function makeContainer(host: number, slot: number, name: string): Container {
  const listed = running[slot % running.length] ?? {};
  const recorded = recording.containers.get(String(listed.Id)) ?? {};
  const id = randomBytes(32).toString('hex');
  const pid = 10_000 + host * 20 + slot;
  const at = new Date().toISOString();
  const state = { ...(recorded.State as Fields), Pid: pid, StartedAt: at };
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
  const row = (offset: number, parent: number, command: string) =>
    [pid + offset, parent, 1000, command].map(String);
  return {
    id,
    listed: bytes({ ...listed, Id: id, Names: [`/${name}`] }),
    inspected: bytes({ ...recorded, Id: id, Name: `/${name}`, Created: at, State: state }),
    processes: bytes({
      Titles: ['PID', 'PPID', 'EUID', 'COMMAND'],
      Processes: [row(0, 1, 'server'), row(1, pid, 'worker'), row(2, pid, 'helper')],
    }),
    attributes: {
      ...((recorded.Config as Fields).Labels as Fields),
      ...{ image: (recorded.Config as Fields).Image, name },
    },
  };
}

async function openEngine(host: number) {
  const containers = new Map<string, Container>();
  const slots: Container[] = [];
  const ring: { nano: bigint; line: string }[] = [];
  const streams = new Set<ServerResponse>();
  const info = Buffer.from(
    JSON.stringify({
      ...recording.info,
      ...{ ID: `fleet-engine-${host}`, Name: `web-${host}`, Containers: CONTAINERS },
      SystemTime: '@now',
    }),
  ).toString();
  let last = 0n;
  let replaced = 0;

  const emit = (action: string, { id, attributes }: Container, more: Fields = {}) => {
    const now = BigInt(Date.now()) * 1_000_000n;
    last = now > last ? now : last + 1n;
    const Actor = { ID: id, Attributes: { ...attributes, ...more } };
    // JSON has no number of this size.
    const line = `${JSON.stringify({ Type: 'container', Action: action, Actor, scope: 'local' }).slice(0, -1)},"time":${last / 1_000_000_000n},"timeNano":${last}}\n`;
    ring.push({ nano: last, line });
    if (ring.length > REMEMBERED) ring.shift();
    for (const stream of streams) stream.write(line);
  };
  const create = (slot: number, name: string) => {
    const made = makeContainer(host, slot, name);
    slots[slot] = made;
    containers.set(made.id, made);
    return made;
  };
  for (let slot = 0; slot < CONTAINERS; slot += 1) create(slot, `service-${slot}`);

  const events = (query: URLSearchParams, response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Api-Version': '1.45' });
    response.flushHeaders();
    const until = query.get('until');
    if (until === null) {
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    const [from, to] = [nanoOf(query.get('since') ?? '0'), nanoOf(until)];
    const told = ring.filter(({ nano }) => nano >= from && nano <= to);
    response.end(told.map(({ line }) => line).join(''));
  };
  const list = () => {
    const parts = slots.flatMap(({ listed }) => [COMMA, listed]);
    return Buffer.concat([OPEN, ...parts.slice(1), CLOSE]);
  };
  const server = createServer((request, response) => {
    const [path = '', query = ''] = (request.url ?? '')
      .replace(/^\/v\d+\.\d+(?=\/)/, '')
      .split('?');
    const asked = new URLSearchParams(query);
    if (path === '/events') return events(asked, response);
    const [, area, id = '', part] = path.split('/');
    const container = area === 'containers' ? containers.get(id) : undefined;
    if (container !== undefined) return answerContainer(container, part, asked, request, response);
    if (path === '/containers/json') return send(request, response, 200, list());
    if (path === '/info') {
      const text = info.replace('@now', new Date().toISOString());
      return send(request, response, 200, Buffer.from(text));
    }
    const { status, body } = commonAnswer(path, query, asked);
    send(request, response, status, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** One container takes the place of another, as an update does. */
    replace() {
      const slot = replaced % CONTAINERS;
      replaced += 1;
      const old = slots[slot];
      const made = create(slot, `service-${slot}`);
      born.push([made.id, Date.now()]);
      emit('create', made);
      emit('start', made);
      if (old === undefined) return;
      emit('die', old, { exitCode: '0' });
      emit('destroy', old);
      containers.delete(old.id);
    },
  };
}

const [OPEN, COMMA, CLOSE] = ['[', ',', ']'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
];
const NO_BODY = Buffer.from('null');
const NO_FILE = Buffer.from('{"message":"no such file"}');

function answerContainer(
  container: Container,
  part: string | undefined,
  asked: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const answers: Readonly<Record<string, Buffer>> = {
    ...{ json: container.inspected, top: container.processes, changes: NO_BODY },
  };
  const isRoot = part === 'archive' && asked.get('path') === '/';
  const body = isRoot ? NO_BODY : answers[part ?? ''];
  if (isRoot) response.setHeader('X-Docker-Container-Path-Stat', ROOT_STAT);
  if (body === undefined) send(request, response, 404, NO_FILE);
  else send(request, response, 200, body);
}

/** What is the same on each: images, networks, volumes and what is not there. */
function commonAnswer(path: string, query: string, asked: URLSearchParams) {
  const key = `${path}?${query}`;
  const known = common.get(key);
  if (known !== undefined) return known;
  const { status, body } = answerCall(recording, path, asked);
  const made = { status, body: Buffer.from(JSON.stringify(body)) };
  // Paths of containers that are gone are many.
  if (status !== 404) common.set(key, made);
  return made;
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: Buffer,
): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
    'Api-Version': '1.45',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function nanoOf(seconds: string): bigint {
  const [whole = '0', fraction = ''] = seconds.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

setPriority(5);
const [first = 0, count = 1] = process.argv.slice(2).map(Number);
const engines: Awaited<ReturnType<typeof openEngine>>[] = [];
for (let index = first; index < first + count; index += 1) engines.push(await openEngine(index));

process.on('message', ({ liveMs }: { liveMs: number }) => {
  for (const [index, { replace }] of engines.entries()) {
    setTimeout(
      () => {
        replace();
        setInterval(replace, liveMs);
      },
      (index * liveMs) / engines.length,
    );
  }
});
// Ends with its parent, however that ends.
process.on('disconnect', () => process.exit());
setInterval(() => {
  if (born.length > 0) process.send?.({ born: born.splice(0) });
}, TELL_MS);
process.send?.({ urls: engines.map(({ url }) => url) });
