import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Workspace } from '../../demo/workspace/workspace.ts';
import { main } from './joined-programs.ts';
import { lastLines, leaveWhatIsKnown } from './known.ts';
import { oftenRates } from './seawall.ts';
import { sparingNode } from './sources.ts';

export interface SharedProcess {
  pid: number;
  /** Where it is asked for health and metrics. */
  origin: string;
  /** Lines of its log. */
  log: readonly Record<string, unknown>[];
  /** Sends a signal and gives the exit code. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

export interface SharedPlace {
  folder: string;
  databaseUrl: string;
  workspace: Pick<Workspace, 'apiUrl' | 'botToken' | 'appToken'>;
  /** As in the settings file. */
  hosts: readonly object[];
  /** More of the settings file. */
  more?: object;
  /** The program; this version's when left out. */
  program?: string;
}

/** Writes the settings of a place, which its processes read when they start. */
export function writeSettings({ folder, hosts, more }: SharedPlace): void {
  const quiet = { feeds: { every: 'off' }, scans: { every: 'off' } };
  const access = { view: ['everyone'], operate: ['everyone'] };
  const settings = { hosts, ...quiet, access, rates: oftenRates, ...more };
  writeFileSync(join(folder, 'seawall.yml'), JSON.stringify(settings));
}

/** Starts `seawall serve` or `seawall worker` in a process of its own, and waits until it is ready. */
export async function startShared(
  role: 'serve' | 'worker',
  { folder, databaseUrl, workspace, program = main }: SharedPlace,
): Promise<SharedProcess> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, role], {
    cwd: folder,
    env: {
      ...sparingNode,
      SLACK_API_URL: workspace.apiUrl,
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_APP_TOKEN: workspace.appToken,
      DATABASE_URL: databaseUrl,
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const log: Record<string, unknown>[] = [];
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    complaints.push(line);
    process.stderr.write(`${role} ${child.pid}: ${line}\n`);
  });
  const forget = leaveWhatIsKnown(() =>
    lastLines(
      `${role} ${child.pid}, ended with ${child.exitCode ?? child.signalCode ?? 'nothing yet'}`,
      [...log.map((one) => JSON.stringify(one)), ...complaints],
    ),
  );
  const port = await new Promise<number>((done, fail) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = read(line);
      log.push(said);
      if (said.msg === 'ready') done(Number(said.port));
    });
    child.once('exit', (code) => fail(new Error(`${role} ended with ${code}: ${logOf(log)}`)));
  });
  return {
    pid: child.pid ?? 0,
    origin: `http://127.0.0.1:${port}`,
    log,
    end: (signal) => {
      forget();
      return endOf(child, signal);
    },
  };
}

/** A line of a log; the last one of who was killed may be a part. */
function read(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { msg: line };
  }
}

const logOf = (log: readonly unknown[]): string => log.map((one) => JSON.stringify(one)).join('\n');

async function endOf(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill(signal);
  const [code] = (await ended) as [number | null];
  return code;
}
