import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { fuzzSeeds } from '../fuzz/seeds.ts';
import { fuzzTargets } from '../fuzz/targets.ts';
import { runs } from '../support/long-run.ts';
import { stripSources } from '../support/stripped-sources.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

// Jazzer.js lets the branches that an input reaches decide which inputs are changed further. It is kept (4.0 knows
// ES modules), is started as a program of its own, and instruments JavaScript alone, so that the sources are
// stripped of their types first. What needs a structure that chance never finds is in `fuzz.test.ts`.
const run = promisify(execFile);
const JAZZER = resolve('node_modules/@jazzer.js/core/dist/cli.js');
const folder = makeTemporaryFolder();

/** What is done first ends it: a busy machine tries no fewer inputs, and takes longer. */
const INPUTS = runs(3_000, -1);
const SECONDS = runs(240, 600);
/** Of processor time for one input, instrumented as it is. */
const STOP_MS_MAX = 500;

const harness = `
import { fuzzTargets, isRefusal } from './test/fuzz/targets.js';
const targets = Object.values(fuzzTargets);
let longestMs = 0;
let inputs = 0;
export function fuzz(data) {
  const target = targets[(data[0] ?? 0) % targets.length];
  const bytes = Uint8Array.from(data.subarray(1));
  const before = process.threadCpuUsage();
  inputs += 1;
  try {
    target(bytes);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  longestMs = Math.max(longestMs, process.threadCpuUsage(before).user / 1000);
  if (longestMs > ${STOP_MS_MAX}) throw new Error('an input took ' + longestMs + ' ms');
}
process.on('exit', () => process.stdout.write(inputs + ' inputs, longest ' + longestMs.toFixed(1) + ' ms'));
`;

it(
  'finds no input that escapes, led by what each one reaches',
  async () => {
    stripSources(['src', 'commands', 'test/fuzz', 'test/support'], folder);
    writeFileSync(join(folder, 'harness.js'), harness);
    mkdirSync(join(folder, 'corpus'));
    for (const [index, name] of Object.keys(fuzzTargets).entries()) {
      for (const [number, seed] of (fuzzSeeds[name] ?? []).entries()) {
        writeFileSync(join(folder, 'corpus', `${name}-${number}`), Uint8Array.of(index, ...seed));
      }
    }
    const own = ['harness.js', 'corpus', '--sync', '-i', 'src/snapshot', '-i', 'src/command'];
    const ofLibFuzzer = [
      ...[`-runs=${INPUTS}`, `-max_total_time=${SECONDS}`],
      ...['-max_len=65536', '-rss_limit_mb=1024'],
    ];
    const { stdout, stderr } = await run(process.execPath, [JAZZER, ...own, '--', ...ofLibFuzzer], {
      cwd: folder,
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: { stderr: string }) => {
      throw new Error(error.stderr.slice(-4000));
    });

    const [, inputs = '0'] = /(\d{1,12}) inputs/.exec(stdout) ?? [];
    const covered = stderr.match(/cov: \d{1,9}/g) ?? [];
    process.stderr.write(`fuzz: led by coverage: ${stdout}, ${covered.at(-1)} branches\n`);
    expect(Number(inputs)).toBeGreaterThan(100);
    // It was led by something: what is not instrumented covers nothing.
    expect(Number(covered.at(-1)?.slice(5))).toBeGreaterThan(200);
  },
  (SECONDS + 360) * 1000,
);
