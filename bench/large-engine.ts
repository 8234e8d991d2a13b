// A Docker Engine as far as GET goes: the bundled recording, its containers repeated up to 200, each
// with a list of processes and no files but `/`. Run as a program it prints its url and serves until it is stopped;
// `node bench/large-engine.ts 40 50` has 40 containers and 50 urls.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Recording, readRecording } from '../test/support/engine-recording.ts';
import { answerCall } from '../test/support/recorded-answer.ts';

type Json = Record<string, unknown>;

const [containers = 200, urls = 1] = process.argv.slice(2).map(Number);

/** The recording, with as many containers as asked for; copies differ in id and name. */
function enlarge(recording: Recording, count: number): Recording {
  const copies = Array.from({ length: count }, (_, index) => {
    const listed = recording.containerList[index % recording.containerList.length] ?? {};
    const container = recording.containers.get(String(listed.Id)) ?? {};
    const id = index.toString(16).padStart(64, '0');
    const name = `/c${index}`;
    return {
      listed: { ...listed, Id: id, Names: [name] },
      container: { ...container, Id: id, Name: name },
    };
  });
  return {
    ...recording,
    containerList: copies.map(({ listed }) => listed),
    containers: new Map(copies.map(({ container }) => [String(container.Id), container])),
  };
}

/** How an engine tells of a directory. */
const ROOT_STAT = Buffer.from(
  JSON.stringify({ name: '/', size: 0, mode: 2 ** 31 + 0o755, mtime: '2026-01-01T00:00:00Z' }),
).toString('base64');

/** Main process, a worker and a helper, as `ps -eo pid,ppid,euid,comm` would show them. */
function processesOf(container: Json): unknown {
  const { Pid: pid } = container.State as { Pid: number };
  const row = (offset: number, parent: number, name: string) =>
    [pid + offset, parent, 1000, name].map(String);
  return {
    Titles: ['PID', 'PPID', 'EUID', 'COMMAND'],
    Processes: [row(0, 1, 'server'), row(1, pid, 'worker'), row(2, pid, 'helper')],
  };
}

/** What the recording lacks. */
function filled(container: Json, part: string | undefined, query: URLSearchParams) {
  if (part === 'top') return { status: 200, body: processesOf(container) };
  if (part === 'changes') return { status: 200, body: null };
  if (part === 'archive' && query.get('path') === '/') return { status: 200, body: null };
  return null;
}

const recording = enlarge(readRecording(), containers);
const answer: RequestListener = (request, response) => {
  const [path = '', query = ''] = (request.url ?? '').replace(/^\/v\d+\.\d+(?=\/)/, '').split('?');
  const [, area, id = '', part] = path.split('/');
  const asked = new URLSearchParams(query);
  const container = area === 'containers' && recording.containers.get(id);
  const { status, body } =
    (container && filled(container, part, asked)) || answerCall(recording, path, asked);
  const text = JSON.stringify(body);
  // Without its length a HEAD would end the connection.
  response.setHeader('Content-Length', Buffer.byteLength(text));
  if (status === 200 && part === 'archive') {
    response.setHeader('X-Docker-Container-Path-Stat', ROOT_STAT);
  }
  response.writeHead(status, { 'Content-Type': 'application/json', 'Api-Version': '1.45' });
  response.end(request.method === 'HEAD' ? undefined : text);
};

const engines: string[] = [];
for (let index = 0; index < urls; index += 1) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  engines.push(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
process.stdout.write(`${engines.join(' ')}\n`);
