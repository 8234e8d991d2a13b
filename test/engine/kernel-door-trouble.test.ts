import type { ServerResponse } from 'node:http';
import { createProbeTurn } from '../../src/engine/probe-turn.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { frame } from '../support/attached.ts';
import { untilTrue } from '../support/engine-door.ts';
import { clean, path, printed, useKernelDoors } from '../support/kernel-doors.ts';
import { type KernelEngineOptions, kernelEngine, ownContainer } from '../support/kernel-engine.ts';
import { callsOf, sendJson } from '../support/probing-engine.ts';

const { serve, door, open, layer: layerOf } = useKernelDoors();
const refuse = sendJson(400, { message: 'OCI runtime create failed: no such call' });
let layer: string;
beforeAll(async () => {
  layer = await layerOf();
});

describe('a container that the engine will not run', () => {
  it('is tried once more under the profile of the engine, and the answer says so', async () => {
    const simulated = kernelEngine({ layer, output: printed });
    const start = `/containers/${ownContainer}/start`;
    const good = simulated.routes[start] as (request: unknown, response: ServerResponse) => void;
    let starts = 0;
    const engine = await serve({
      routes: {
        ...simulated.routes,
        [start]: (request: unknown, response: ServerResponse) => {
          starts += 1;
          (starts === 1 ? refuse : good)(request, response);
        },
      },
    });

    const opened = await door(engine.url);
    const { files, notes } = await opened.read([path]);
    await opened.close();

    expect(files.size).toBe(1);
    expect(notes).toEqual([expect.stringContaining("the engine's own seccomp profile")]);
    expect(notes[0]).toContain('no such call');
    expect(
      simulated.created.map(
        ({ HostConfig }) => (HostConfig as { SecurityOpt: string[] }).SecurityOpt,
      ),
    ).toEqual([['no-new-privileges', expect.stringMatching(/^seccomp=/)], ['no-new-privileges']]);
    expect(callsOf(engine).filter((call) => call.startsWith('DELETE'))).toEqual([
      clean[0],
      ...clean,
    ]);
  });

  it.each<[string, Partial<KernelEngineOptions>, string]>([
    ['refuses each start', { starts: [refuse] }, 'no such call'],
    [
      'cannot run the program',
      { exitCode: 1, output: frame(2, 'exec format error') },
      'it ended with 1: exec format error',
    ],
    [
      'lets the program end at once',
      { exitCode: 127, output: frame(2, 'grep: no applet\n') },
      'it ended with 127: grep: no applet',
    ],
  ])('is given up when the engine %s, and nothing is left', async (_, options, reason) => {
    const { engine, created, door: opened } = await open(options);

    await expect(opened.read([path])).rejects.toMatchObject({ code: 'probe-unusable' });
    await expect(opened.read([path])).rejects.toThrow(reason);
    expect(created).toHaveLength(4);
    expect(callsOf(engine).slice(-2)).toEqual(clean);
  });

  it.each<[string, Partial<KernelEngineOptions>, string]>([
    ['has gone', { starts: [sendJson(404, { message: 'No such container' })] }, 'No such'],
    ['was killed', { exitCode: 137 }, 'it ended with 137'],
  ])('is not tried under a weaker profile when it %s', async (_, options, reason) => {
    const { engine, created, door: opened } = await open(options);

    await expect(opened.read([path])).rejects.toThrow(reason);
    expect(created).toHaveLength(1);
    expect(callsOf(engine).slice(-2)).toEqual(clean);
  });

  it('is left alone for a while when the start is not answered, and then tried again', async () => {
    let now = 0;
    const turn = createProbeTurn(() => now);
    const times = { startMs: 100, runMs: 60_000 };
    const { engine, door: opened } = await open({ starts: [() => {}] }, {}, { turn, times });

    await expect(opened.read([path])).rejects.toThrow('did not start within 0.1 s');
    expect(callsOf(engine).slice(-2)).toEqual(clean);
    engine.requests.length = 0;
    await expect((await door(engine.url, { turn })).read([path])).rejects.toThrow(
      'did not start within',
    );
    expect(callsOf(engine)).toEqual([]);
    now = 59_999;
    await expect(turn.take(async () => 'too early')).rejects.toThrow('left alone for 1 min');
    now = 60_000;
    expect(turn.rest('again').detail).toContain('left alone for 2 min');
    now = 180_000;
    expect(await turn.take(async () => 'in time')).toBe('in time');
    expect(turn.rest('later').detail).toContain('left alone for 1 min');
  });

  it('is tried again when only the time of the host was up', async () => {
    const turn = createProbeTurn();
    const hostTime = new AbortController();
    const { engine, door: opened } = await open(
      { starts: [() => {}] },
      {},
      { turn, signal: hostTime.signal },
    );

    const reading = opened.read([path]);
    await untilTrue(() => callsOf(engine).some((call) => call.endsWith('/start')));
    hostTime.abort(new OutsideError('engine-timeout', 'the host took too long'));

    await expect(reading).rejects.toThrow('the host took too long');
    expect(callsOf(engine).slice(-2)).toEqual(clean);
    expect(await turn.take(async () => 'free')).toBe('free');
  });
});

describe('an output', () => {
  it('that does not end is used as far as it came, and the container is removed', async () => {
    const output = Buffer.concat([printed, frame(1, '/proc/42/mountinfo:36 35')]);
    const times = { startMs: 60_000, runMs: 200 };
    const { engine, door: opened } = await open({ output, isEndless: true }, {}, { times });

    const { files, notes, isLate } = await opened.read([path]);
    await opened.close();

    expect([...files.keys()]).toEqual(['/proc/42/status']);
    expect(notes).toEqual(['the probe was ended after 0.2 s']);
    expect(isLate).toBe(true);
    expect(callsOf(engine).slice(-2)).toEqual(clean);
  });

  it('that is too long is cut, and the container is removed', async () => {
    const long = frame(1, `/proc/42/mountinfo:${'x'.repeat(17 * 1024 * 1024)}`);
    const { engine, door: opened } = await open({
      output: Buffer.concat([printed, long]),
      isEndless: true,
    });

    const mounts = { pid: 42, file: 'mountinfo' } as const;
    const { files, notes, lost, isLate } = await opened.read([path, mounts]);
    await opened.close();

    expect([...files.keys()]).toEqual(['/proc/42/status']);
    expect(lost).toEqual(new Set(['/proc/42/mountinfo']));
    expect(isLate).toBe(false);
    expect(notes).toEqual(['the output of the probe was cut at 8 MB']);
    expect(callsOf(engine).slice(-2)).toEqual(clean);
  });

  it.each<[string, Buffer, string]>([
    ['breaks off in a frame', printed.subarray(0, 20), 'ends in a frame'],
    ['is not made of frames', Buffer.from('/proc/42/status:Name:'), 'not the frames'],
  ])('that %s tells nothing', async (_, output, problem) => {
    const { engine, door: opened } = await open({ output, losses: 1 });

    await expect(opened.read([path])).rejects.toThrow(problem);
    expect(callsOf(engine).slice(-2)).toEqual(clean);
  });
});
