// How long short commands take as whole processes, beside a bare Node in the same run, with their budgets.
// The database holds one scan of a sample host. `npm run build` comes first, then `node bench/start.ts`.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openSampleEngine } from '../demo/sample/sample-engine.ts';

const ROUNDS = 10;
const program = resolve(import.meta.dirname, '../dist/src/main.js');
const folder = mkdtempSync(join(tmpdir(), 'seawall-bench-'));
const startedAt = Date.now();
const engine = await openSampleEngine({ host: 'sample-web', startedAt, clock: () => startedAt });

interface Measured {
  name: string;
  words: readonly string[];
  environment?: Record<string, string>;
  budgetMs?: number;
}

const environment = {
  DATABASE_URL: `sqlite:${join(folder, 'seawall.db')}`,
  DOCKER_HOST: engine.url,
};
const file = join(folder, 'hosts.yml');
// JSON is YAML. The name is the one that the host has without settings: its scan is stored under it.
const host = { name: new URL(engine.url).hostname, url: engine.url };
writeFileSync(file, JSON.stringify({ hosts: [host] }));

const measured: readonly Measured[] = [
  { name: 'node -e 0', words: ['-e', '0'] },
  { name: '--version', words: [program, '--version'], budgetMs: 150 },
  { name: 'help', words: [program, 'help'], budgetMs: 350 },
  { name: 'findings', words: [program, 'findings'], budgetMs: 500 },
  {
    name: 'findings, with seawall.yml',
    words: [program, 'findings'],
    environment: { SEAWALL_CONFIG: file },
    budgetMs: 500,
  },
  { name: 'scan of the sample', words: [program, 'scan'] },
];

/** Not the blocking kind: the sample engine lives in this process. */
function time({ words, environment: more }: Measured): Promise<number> {
  const start = performance.now();
  return new Promise((done, fail) => {
    const options = { cwd: folder, env: { ...environment, ...more } };
    execFile(process.execPath, [...words], options, (error) =>
      error ? fail(error) : done(performance.now() - start),
    );
  });
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

try {
  await time({ name: 'the scan that is stored', words: [program, 'scan'] });
  const times = new Map<Measured, number[]>(measured.map((one) => [one, []]));
  // In turns, so that a busy moment of the machine hits all of them.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [one, taken] of times) taken.push(await time(one));
  }
  const bareMs = median([...times.values()][0] ?? []);
  for (const [{ name, budgetMs }, taken] of times) {
    const ms = median(taken);
    const budget = budgetMs === undefined ? '' : `  budget ${budgetMs} ms`;
    const ratio = `${(ms / bareMs).toFixed(1)} × bare`;
    process.stdout.write(`${name.padEnd(28)}${ms.toFixed(0).padStart(5)} ms  ${ratio}${budget}\n`);
  }
} finally {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
}
