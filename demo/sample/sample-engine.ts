import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { madeUpImages } from './made-up-images.ts';
import { type RecordedStep, type Recording, readArchive, readRecording } from './recording.ts';
import { moveTimes, type StepTimes } from './story-times.ts';
import { isDown, type SampleHost, stepAt, steps, timeOf } from './timeline.ts';

/** The socket of the recorded engines; rules look for it in the recorded mounts. */
export const sampleEngineUrl = 'unix:///run/docker.sock';

export interface SampleEngineOptions {
  host: SampleHost;
  /** When the demo started, which is on the last day of the story. */
  startedAt: number;
  /** At what time of the story it answers. */
  clock: () => number;
}

export interface SampleEngine {
  /** `tcp://127.0.0.1:PORT` */
  url: string;
  close(): Promise<void>;
}

interface Story extends SampleEngineOptions {
  recording: Recording;
  /** Bodies with their times moved, by place in `recording.answers`; each is made once. */
  moved: Map<number, string>;
  times: StepTimes[];
}

/**
 * Stands for the engine of a sample host, on a free port of the loopback address: answers GET and HEAD
 * as a real one did at the step of the timeline that the clock has reached, with times moved into the
 * story. What was not recorded is answered with 404 where it is about a container that is not there at that step,
 * and else with 501: with 404 it would be taken for a container that has gone.
 */
export async function openSampleEngine(options: SampleEngineOptions): Promise<SampleEngine> {
  const { host, startedAt } = options;
  const recording = readRecording(host);
  const times = recording.steps.map(({ id, from }) => ({
    recordedFrom: from,
    happensAt: timeOf(findStep(host, id), startedAt),
  }));
  const story = { ...options, recording, times, moved: new Map() };
  const server = createServer((request, response) => answer(story, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `tcp://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function findStep(host: SampleHost, id: string) {
  const found = steps.find((one) => one.host === host && one.id === id);
  if (found === undefined) throw new Error(`the timeline has no step ${id} of ${host}`);
  return found;
}

function answer(story: Story, request: IncomingMessage, response: ServerResponse): void {
  const { host, startedAt, clock, recording } = story;
  const now = clock();
  if (isDown(host, now, startedAt)) {
    request.socket.destroy();
    return;
  }
  const { method = '', url = '/' } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    refuse(response, 405, 'this recording can only be read');
    return;
  }
  const { id } = stepAt(host, now, startedAt);
  const step = recording.steps.find((one) => one.id === id);
  const call = `${method} ${url.replace(/^\/v\d+\.\d+(?=\/)/, '')}`;
  const textOf = (one: string): string | null => {
    const at = step?.calls[one] ?? -1;
    const body = recording.answers[at]?.body;
    return body !== undefined && 'text' in body ? movedText(story, at, body.text) : null;
  };
  const madeUp = madeUpImages(call, { host, now, startedAt }, textOf);
  if (madeUp !== null) {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(madeUp);
    return;
  }
  const place = step?.calls[call] ?? -1;
  const recorded = recording.answers[place];
  if (recorded === undefined) {
    const id = FULL_ID.exec(call)?.[1];
    if (id === undefined || isListed(recording, step, id)) {
      refuse(response, 501, `the recording of this engine has no ${call}`);
    } else refuse(response, 404, `No such container: ${id}`);
    return;
  }
  response.writeHead(recorded.status, recorded.headers);
  const { body } = recorded;
  if ('archive' in body) response.end(readArchive(body.archive));
  else response.end(withEngineClock(movedText(story, place, body.text), now));
}

const FULL_ID = /^[A-Z]+ \/containers\/([0-9a-f]{64})\//;

function isListed({ answers }: Recording, step: RecordedStep | undefined, id: string): boolean {
  const list = answers[step?.calls['GET /containers/json?all=1'] ?? -1]?.body;
  return list !== undefined && 'text' in list && list.text.includes(`"Id":"${id}"`);
}

function movedText({ moved, times }: Story, place: number, text: string): string {
  const known = moved.get(place);
  if (known !== undefined) return known;
  const made = moveTimes(text, times);
  moved.set(place, made);
  return made;
}

/** The clock of the engine goes on, unlike what was recorded. */
const withEngineClock = (text: string, now: number): string =>
  text.replace(/"SystemTime":"[^"]*"/, `"SystemTime":"${new Date(now).toISOString()}"`);

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ message }));
}
