import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tellEngineCalls } from '../../demo/engine-calls.ts';
import { type DemoHosts, openDemoHosts } from '../../demo/hosts.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { kept, stateOfFiles } from './kept.ts';

export interface KeptHistory {
  /** An SQLite file, as `liveHistory` of the demo takes it. */
  history: string;
  /** Calls of that month to the sample engines that their recordings lack. */
  unrecorded: readonly string[];
}

const MADE_OF = ['src', 'commands', 'demo', 'migrations', 'package-lock.json'];
const NOT_RECORDED = 501;
const DATABASE = 'seawall.db';
const UNRECORDED = 'unrecorded.json';

/**
 * The month of the sample fleet up to this hour, lived once for all suites that need it lived. Its times are of this
 * day, and what is to come of the day is not in it.
 */
export async function keptHistory(): Promise<KeptHistory> {
  const hour = new Date().toISOString().slice(0, 'YYYY-MM-DDTHH'.length);
  const files = await stateOfFiles(import.meta.filename, ...MADE_OF);
  const madeOf = [hour, process.version, ...files];
  const folder = await kept('sample-history', madeOf, live);
  const unrecorded = JSON.parse(readFileSync(join(folder, UNRECORDED), 'utf8'));
  return { history: join(folder, DATABASE), unrecorded };
}

async function live(folder: string): Promise<void> {
  const settings = await loadSettings({
    environment: { DATABASE_URL: `sqlite:${join(folder, DATABASE)}` },
    ...{ cwd: folder, readFile: () => null, guardOf: () => null },
  });
  const hosts = await openDemoHosts({ declared: [], now: Date.now, say: () => {} });
  const told = tellUnrecorded(hosts.hosts);
  try {
    await hosts.liveHistory(settings);
  } finally {
    told.stop();
    await hosts.close();
  }
  writeFileSync(join(folder, UNRECORDED), JSON.stringify(told.unrecorded));
}

/** Collects calls to sample engines that their recordings lack. */
export function tellUnrecorded(hosts: DemoHosts['hosts']) {
  const unrecorded: string[] = [];
  const stop = tellEngineCalls(hosts, ({ host, method, path, status }) => {
    if (status === NOT_RECORDED) unrecorded.push(`${host}: ${method} ${path}`);
  });
  return { unrecorded, stop };
}
