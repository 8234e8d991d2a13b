// How long `seawall scan` takes, from its start to its end, and how long docker-bench-security takes, on
// the same real engine in the same run; and the same API calls as a scan makes, made bare. Root on
// Linux, the Docker CLI and a build (`npm run build`) are needed. The script is not part of Seawall:
// `node bench/against-docker-bench.ts <folder of docker-bench-security> [containers] [its rounds]`
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openRealEngine } from '../test/support/real-engine.ts';
import { bare, callsOf, median, say, spread, startContainers, time } from './measure.ts';

const [folder, containers = '100', itsRounds = '1'] = process.argv.slice(2);
if (folder === undefined) throw new Error('Which folder holds docker-bench-security.sh?');
const ROUNDS = 7;
const MAIN = resolve(import.meta.dirname, '../dist/src/main.js');

/** Rejects where it ends with another code than those that mean an answer. */
function run(words: readonly string[], cwd: string, host: string): Promise<void> {
  const child = spawn('env', [`DOCKER_HOST=${host}`, ...words], { cwd, stdio: 'ignore' });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => {
      if (code === 0) done();
      else fail(new Error(`${words.join(' ')} ended with ${code}`));
    });
  });
}

const engine = await openRealEngine();
const cwd = join(engine.folder, 'seawall');
const forget = () => {
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(cwd);
};
/** With the database of the folder, which the first scan makes. */
const scan = (url: string) => run([process.execPath, MAIN, 'scan', '--json'], cwd, url);
const log = join(engine.folder, 'docker-bench.log');
const dockerBench = () =>
  run(['sh', 'docker-bench-security.sh', '-b', '-l', log], resolve(folder), engine.url);

try {
  startContainers(engine, Number(containers));
  forget();
  const calls = await callsOf(engine, scan);

  const took = { bare: [] as number[], first: [] as number[], next: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    took.bare.push(await time(() => bare(engine.socketPath, calls)));
    forget();
    took.first.push(await time(() => scan(engine.url)));
    took.next.push(await time(() => scan(engine.url)));
  }
  const theirs: number[] = [];
  for (let round = 0; round < Number(itsRounds); round++) theirs.push(await time(dockerBench));

  const ratio = (a: number[], b: number[]) => (median(a) / median(b)).toFixed(2);
  say(`${containers} running containers, ${calls.length} API calls, ${ROUNDS} rounds`);
  say(`the calls alone: ${spread(took.bare)}`);
  say(`seawall scan, a new database: ${spread(took.first)}`);
  say(`seawall scan, with what it knows: ${spread(took.next)}`);
  say(`docker-bench-security, ${itsRounds} rounds: ${spread(theirs)}`);
  say(`ratio to the calls alone: ${ratio(took.first, took.bare)}, ${ratio(took.next, took.bare)}`);
  say(`times faster: ${ratio(theirs, took.first)}, ${ratio(theirs, took.next)} (goal: 150)`);
} finally {
  await engine.close();
}
