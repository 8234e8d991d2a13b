import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, kill } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { startBareProcess } from '../../src/shared/bare-process.ts';
import type { BareReply, BareRequest } from '../support/planted-bare.ts';
import { until } from '../support/until.ts';

const execute = promisify(execFile);
const program = new URL('../support/planted-bare.ts', import.meta.url);
const opened: { end(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.end();
});

function start(environment: string[] = [], built?: string) {
  const replies: BareReply[] = [];
  const lost: (string | null)[] = [];
  let heard = () => {};
  const started = startBareProcess<BareRequest, BareReply>({
    ...{ program: built === undefined ? program : pathToFileURL(built), memoryMb: 32 },
    ...{ environment, isConfined: true },
    onReply: (reply) => {
      replies.push(reply);
      heard();
    },
    onLost: (reason) => {
      lost.push(reason);
      heard();
    },
  });
  opened.push(started);
  return {
    ...started,
    lost,
    replies,
    async ask(request: BareRequest, bytes?: readonly Uint8Array[]): Promise<BareReply> {
      const answered = new Promise<void>((resolve) => {
        heard = resolve;
      });
      started.send(request, bytes);
      await answered;
      const reply = replies.pop();
      if (reply === undefined) throw new Error(`It is gone: ${lost.join()}`);
      return reply;
    },
  };
}
const isGone = (pid: number) => !existsSync(`/proc/${pid}`);

describe('a process for what others wrote', () => {
  it('is told nothing but what is named, its memory is kept nowhere, and the kernel ends it first', async () => {
    const { environment, options, pid } = await start(['PATH', 'SEAWALL_UNSET']).ask('who');
    // Node’s own: its cache, and the channel between the two.
    const told = Object.keys(environment).filter((name) => !/^NODE_C(OMPILE_|HANNEL_)/.test(name));
    expect([told, environment.PATH]).toEqual([['PATH'], env.PATH]);
    expect(options).not.toContain('--experimental-vm-modules');
    const [core, first] = ['coredump_filter', 'oom_score_adj'].map((file) =>
      Number(readFileSync(`/proc/${pid}/${file}`, 'utf8')),
    );
    expect([core, first]).toEqual([0, 1000]);
  });

  it('can do nothing to the machine once it is built', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'seawall-bare-'));
    try {
      const outfile = join(folder, 'planted-bare.js');
      const format = { bundle: true, format: 'esm', platform: 'node' } as const;
      await build({ ...format, entryPoints: [fileURLToPath(program)], outfile });
      expect((await start().ask('reach')).can).toHaveLength(5);
      expect((await start([], outfile).ask('reach')).can).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes bytes of any length beside what it is asked, in order', async () => {
    const { ask, send, replies } = start();
    const bytes = [3, 0, 5_000_000, 1].map((length) => new Uint8Array(length).fill(length % 251));
    const asked = [await ask('bytes', bytes), await ask('bytes', bytes.slice(2))];
    const expected = bytes.map((one) => [one.length, one.at(-1) ?? 0]);
    expect(asked.map((one) => one.bytes)).toEqual([expected, expected.slice(2)]);
    // Also what is asked before the last was answered.
    for (const more of [bytes, bytes.slice(3)]) send('bytes', more);
    await until(() => replies.length === 2);
    expect(replies.map((one) => one.bytes)).toEqual([expected, expected.slice(3)]);
  });

  it('does not end by the signals of a terminal', async () => {
    const { ask, lost } = start();
    const { pid } = await ask('who');
    for (const signal of ['SIGINT', 'SIGTERM'] as const) kill(pid, signal);
    expect(await ask('who')).toMatchObject({ pid });
    expect(lost).toEqual([]);
  });

  it('ends when it is told, whatever it does, and says nothing more', async () => {
    const { ask, end, lost } = start();
    const { pid } = await ask('hang');
    end();
    await until(() => isGone(pid));
    expect(lost).toEqual([]);
  });

  it('that somebody kills is lost with a reason, and takes no more', async () => {
    const { ask, lost } = start();
    const { pid } = await ask('who');
    kill(pid, 'SIGKILL');
    await expect(ask('bytes', [new Uint8Array(1_000_000)])).rejects.toThrow('It is gone');
    expect(lost).toEqual(['it ended with SIGKILL']);
  });

  it('that has no program is lost with a reason', async () => {
    const { lost } = start([], '/nowhere/planted.ts');
    await until(() => lost.length > 0);
    expect(lost).toEqual(['it ended with 1']);
  });

  it('that finds no room on the machine is lost with a reason', async () => {
    const file = fileURLToPath(new URL('../support/bare-parent.ts', import.meta.url));
    const words = ['--disable-warning=ExperimentalWarning', file, 'full'];
    const shell = ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, ...words];
    const { stdout } = await execute('sh', shell);
    expect(stdout).toMatch(/^lost: it could not be started: .+\n$/);
  });

  it('ends with the program that started it', async () => {
    const file = fileURLToPath(new URL('../support/bare-parent.ts', import.meta.url));
    const options = ['--disable-warning=ExperimentalWarning', file];
    const parent = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isGone(pid)).toBe(false);
    parent.kill('SIGKILL');
    await until(() => isGone(pid));
  });
});
