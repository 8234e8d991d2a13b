import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { openFaultEngine, type RecordedRequest } from './fault-engine.ts';
import { inspectAnswer } from './inspect-answer.ts';
import { recording } from './recorded-reader.ts';

type Fields = Record<string, unknown>;

/** What an engine remembers, as measured on Docker Engine 26.1. */
const REMEMBERED = 256;

/** An engine over real HTTP with containers and events, and with nothing else. */
export interface EventEngine {
  url: string;
  /** Paths that were asked for, without those of the first contact. */
  requests: readonly RecordedRequest[];
  /** Creates, starts, ends and removes a container; its id. */
  run(name: string): string;
  create(name: string, labels?: Record<string, string>): string;
  start(id: string): void;
  die(id: string, exitCode: number): void;
  destroy(id: string): void;
  /** Begins a command in a container, as `docker exec` does; its id. */
  exec(id: string, options?: { isPrivileged?: boolean }): string;
  endExec(id: string, execId: string): void;
  /** Any other event, of a container unless another type is named. */
  emit(action: string, id: string, event?: { type?: string; attributes?: Fields }): void;
  /** Changes what the inspection of a container answers. */
  change(id: string, changes: Parameters<typeof inspectAnswer>[0]): void;
  /** Ends the streams that are open now, as a proxy does. */
  cut(): void;
  /** Forgets all events and ends the streams; the containers stay. */
  restart(): void;
  /** Refuses every new stream, until it is called again with false. */
  refuse(isRefusing: boolean): void;
  /** Streams that are open now. */
  streams(): number;
  close(): Promise<void>;
}

interface EngineEvent {
  nano: bigint;
  type: string;
  line: string;
}

export async function openEventEngine(
  clock: () => number = Date.now,
  /** Listens on this socket; on a port when left out. */
  socketPath?: string,
): Promise<EventEngine> {
  const containers = new Map<string, Fields>();
  const commands = new Map<string, Fields>();
  const ring: EngineEvent[] = [];
  const streams = new Set<ServerResponse>();
  let sockets: Socket[] = [];
  let last = 0n;
  let isRefusing = false;

  const nextNano = (): bigint => {
    const now = BigInt(clock()) * 1_000_000n;
    last = now > last ? now : last + 1n;
    return last;
  };
  const emit: EventEngine['emit'] = (action, id, { type = 'container', attributes = {} } = {}) => {
    const nano = nextNano();
    const container = containers.get(id);
    const name = ((container?.Name as string | undefined) ?? id).replace(/^\//, '');
    const labels = (container?.Config as Fields | undefined)?.Labels as Fields | undefined;
    const Attributes = { image: 'base:1.0', name, ...labels, ...attributes };
    const Actor = { ID: id, Attributes };
    // JSON has no number of this size.
    const line = JSON.stringify({ Type: type, Action: action, Actor, scope: 'local' }).replace(
      /\}$/,
      `,"time":${nano / 1_000_000_000n},"timeNano":${nano}}`,
    );
    ring.push({ nano, type, line });
    if (ring.length > REMEMBERED) ring.shift();
    if (type === 'container') for (const stream of streams) stream.write(`${line}\n`);
  };
  const events = ({ query }: RecordedRequest, response: ServerResponse): void => {
    if (isRefusing) {
      response.socket?.destroy();
      return;
    }
    const { since, until } = query;
    if (until !== undefined && nanoOf(since ?? '0') > nanoOf(until)) {
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ message: '`since` time cannot be after `until` time' }));
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    if (until === undefined) {
      streams.add(response);
      if (response.socket) sockets.push(response.socket);
      response.on('close', () => streams.delete(response));
      return;
    }
    const [from, to] = [nanoOf(since ?? '0'), nanoOf(until)];
    const told = ring.filter(({ nano }) => nano >= from && nano <= to);
    response.end(told.map(({ line }) => `${line}\n`).join(''));
  };
  const route = (request: RecordedRequest, response: ServerResponse): boolean => {
    const json = (body: unknown) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.path === '/events') events(request, response);
    else if (request.path === '/info') {
      json({ ...(recording('info') as Fields), SystemTime: new Date(clock()).toISOString() });
    } else if (request.path === '/containers/json') json([...containers.values()].map(listed));
    else if (commands.has(request.path)) json(commands.get(request.path));
    else {
      const container = containers.get(/^\/containers\/(\w+)\/json$/.exec(request.path)?.[1] ?? '');
      if (container === undefined) return false;
      json(container);
    }
    return true;
  };
  const server = await openFaultEngine({
    ...(socketPath === undefined ? {} : { socketPath }),
    routes: new Proxy({} as Record<string, unknown>, {
      get: (_routes, path: string) => {
        if (path === '/version' || path === '/_ping') return undefined;
        return (request: RecordedRequest, response: ServerResponse) => {
          if (route(request, response)) return;
          response.writeHead(404, { 'Content-Type': 'application/json' });
          response.end(JSON.stringify({ message: `no such thing: ${path}` }));
        };
      },
    }),
  });

  const setState = (id: string, state: Fields): void => {
    const container = containers.get(id);
    if (container)
      containers.set(id, { ...container, State: { ...(container.State as Fields), ...state } });
  };
  const engine: EventEngine = {
    url: server.url,
    requests: server.requests,
    create(name, labels = {}) {
      const id = randomBytes(32).toString('hex');
      const state = {
        Status: 'created',
        Running: false,
        Pid: 0,
        StartedAt: '0001-01-01T00:00:00Z',
      };
      const answer = inspectAnswer({
        top: { Id: id, Name: `/${name}` },
        state,
        config: { Labels: labels },
      });
      containers.set(id, answer);
      emit('create', id);
      return id;
    },
    start(id) {
      const StartedAt = new Date(clock()).toISOString();
      setState(id, { Status: 'running', Running: true, Pid: 4242, StartedAt });
      emit('start', id);
    },
    die(id, exitCode) {
      const FinishedAt = new Date(clock()).toISOString();
      setState(id, { Status: 'exited', Running: false, Pid: 0, ExitCode: exitCode, FinishedAt });
      emit('die', id, { attributes: { exitCode: String(exitCode) } });
    },
    destroy(id) {
      emit('destroy', id);
      containers.delete(id);
    },
    run(name) {
      const id = engine.create(name);
      engine.start(id);
      engine.die(id, 0);
      engine.destroy(id);
      return id;
    },
    exec(id, { isPrivileged = false } = {}) {
      const execID = randomBytes(32).toString('hex');
      const ProcessConfig = { user: '', privileged: isPrivileged };
      commands.set(`/exec/${execID}/json`, { ID: execID, Running: true, ProcessConfig });
      emit('exec_create: sh', id, { attributes: { execID } });
      emit('exec_start: sh', id, { attributes: { execID } });
      return execID;
    },
    endExec(id, execID) {
      commands.delete(`/exec/${execID}/json`);
      emit('exec_die', id, { attributes: { execID, exitCode: '0' } });
    },
    emit,
    change(id, changes) {
      const container = containers.get(id);
      if (container === undefined) throw new Error(`there is no container ${id}`);
      containers.set(id, {
        ...container,
        ...inspectAnswer({ ...changes, top: { Id: id, Name: container.Name } }),
      });
    },
    cut() {
      for (const socket of sockets) socket.destroy();
      sockets = [];
    },
    restart() {
      ring.length = 0;
      engine.cut();
    },
    refuse(next) {
      isRefusing = next;
    },
    streams: () => streams.size,
    close: () => server.close(),
  };
  return engine;
}

const nanoOf = (seconds: string): bigint => {
  const [whole = '0', fraction = ''] = seconds.split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
};

function listed(container: Fields): Fields {
  const { Id, Name, Image, State, Config, HostConfig } = container;
  return {
    Id,
    Names: [Name],
    Image: (Config as Fields).Image,
    ImageID: Image,
    State: (State as Fields).Status,
    Status: '',
    Labels: (Config as Fields).Labels ?? {},
    Mounts: [],
    HostConfig: { NetworkMode: (HostConfig as Fields).NetworkMode },
  };
}
