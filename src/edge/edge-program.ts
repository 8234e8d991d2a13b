import fs from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { readGuard, whyExposed } from '../shared/secret-file.ts';
import { harmlessJson } from '../shared/text.ts';
import { runEdge } from './run-edge.ts';

const HELP = `seawall-edge: answers a Seawall hub for the Docker engine of this machine

  --folder <path>  where its key lies, for its user alone  SEAWALL_EDGE_FOLDER
                   /var/lib/seawall-edge when left out
  --help

SEAWALL_EDGE_KEY       the one-time key of /seawall hosts add <name>, for the first start
SEAWALL_EDGE_KEY_FILE  a file that has it
DOCKER_HOST            unix:///var/run/docker.sock when left out
HTTPS_PROXY, NO_PROXY  the way to the hub
`;

const VERSION = '0.1.0';
const lines = (level: string) => (fields: object, text: string) => {
  const line = { time: new Date().toISOString(), level, text, ...fields };
  process.stdout.write(`${harmlessJson(JSON.stringify(line))}\n`);
};
const log: Logger = {
  debug: () => {},
  info: lines('info'),
  warn: lines('warn'),
  error: lines('error'),
};

/**
 * Runs the edge with the words behind its name until it is told to stop. Rejects with `UserError` for a
 * mistake in words or environment, and as `runEdge`.
 */
export async function runEdgeProgram(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { folder, help } = readWords(words);
  if (help === true) {
    process.stdout.write(HELP);
    return;
  }
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort()).once('SIGINT', () => stop.abort());
  await runEdge({
    oneTimeKey: oneTimeKeyOf(environment),
    folder: folder ?? environment.SEAWALL_EDGE_FOLDER ?? '/var/lib/seawall-edge',
    dockerHost: environment.DOCKER_HOST || 'unix:///var/run/docker.sock',
    proxy: environment.HTTPS_PROXY ?? environment.https_proxy,
    noProxy: environment.NO_PROXY ?? environment.no_proxy,
    version: VERSION,
    log,
    signal: stop.signal,
  });
}

function readWords(words: readonly string[]): { folder?: string; help?: boolean } {
  try {
    return parseArgs({
      args: [...words],
      options: { folder: { type: 'string' }, help: { type: 'boolean' } },
    }).values;
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), { hint: HELP });
  }
}

function oneTimeKeyOf(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { SEAWALL_EDGE_KEY: key, SEAWALL_EDGE_KEY_FILE: file } = environment;
  if (key !== undefined || file === undefined) return key;
  const text = textIn(file);
  // It may have been taken away after the first start.
  if (text === null) return undefined;
  const guard = readGuard(resolve(file), fs);
  const exposed = guard && whyExposed(guard, textIn('/proc/self/mountinfo') ?? '');
  if (exposed !== null) throw new UserError(`SEAWALL_EDGE_KEY_FILE ${exposed}`);
  return text.trim();
}

function textIn(path: string): string | null {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
