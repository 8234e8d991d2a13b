// Writes the table of docker-bench-security beside Seawall into docs/wrong-verdicts.md: both judge one host
// of 25 odd containers, made here on an engine of its own. Root on Linux and the Docker CLI are needed.
// docker-bench-security is not part of Seawall: `node scripts/beside-docker-bench.ts <its folder>`. Fails
// where the two differ and neither the kernel, the engine nor a reviewed reason says who is right.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assess } from '../src/assessment/assess.ts';
import { createSnapshotTaker } from '../src/engine/snapshot-taker.ts';
import { evaluate } from '../src/findings/evaluate.ts';
import type { RuleResult } from '../src/findings/result.ts';
import { rules } from '../src/programs/assemble.ts';
import type { Rule, Verdict } from '../src/rules/rule.ts';
import { openRealEngine, type RealEngine } from '../test/support/real-engine.ts';
import { BESIDE } from '../test/system/wrong-verdicts.ts';
import { createOddHost } from './beside-docker-bench-host.ts';
import { reviewed } from './beside-docker-bench-reasons.ts';
import { type HostTruth, readTruth, truths } from './beside-docker-bench-truth.ts';

const PAGE = join(import.meta.dirname, '../docs/wrong-verdicts.md');

/** One check of docker-bench-security, as its JSON has it. */
interface BenchCheck {
  id: string;
  result: string;
  /** What it names: containers, some with what it saw behind a colon. */
  items?: string[];
}
interface Row {
  check: string;
  theirs: string;
  rules: string;
  ours: string;
  right: string;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Which folder holds docker-bench-security.sh?');

const engine = await openRealEngine();
try {
  const names = await createOddHost(engine);
  const results = await judge(engine);
  const checks = runBench(engine, resolve(folder));
  const truth = readTruth(engine, names);
  const rows = checks.map((check) => rowOf(check, results, names, truth));
  const open = rows.filter(({ right }) => right === '');
  for (const { check, theirs, rules: ids, ours } of open) {
    process.stderr.write(
      `${check}: theirs ${theirs}; ${ids} ${ours}: no reason says who is right\n`,
    );
  }
  if (open.length > 0) process.exitCode = 1;
  else writePage(rows, names.length);
} finally {
  await engine.close();
}

/** At the level that sees most. */
async function judge({ url }: RealEngine): Promise<RuleResult[]> {
  const hosts = [{ name: 'odd', url, evidence: 'kernel' as const }];
  const snapshot = await createSnapshotTaker({ hosts, clock: Date.now }).takeSnapshot('odd');
  if (snapshot.kernel.state === 'unread') throw new Error(snapshot.kernel.reason);
  return evaluate(rules, assess(snapshot));
}

/** In the namespaces of the engine, so that it finds the processes and the files of this one. */
function runBench({ root, url, folder: own }: RealEngine, where: string): BenchCheck[] {
  const log = join(own, 'docker-bench.log');
  const of = (kind: string) => root().replace(/root$/, `ns/${kind}`);
  const inside = [`--mount=${of('mnt')}`, `--net=${of('net')}`, `--pid=${of('pid_for_children')}`];
  execFileSync(
    'nsenter',
    [...inside, `--wd=${where}`, 'bash', 'docker-bench-security.sh', '-b', '-l', log],
    { env: { ...process.env, DOCKER_HOST: url }, stdio: 'ignore' },
  );
  const told = JSON.parse(readFileSync(`${log}.json`, 'utf8')) as {
    tests: { results: BenchCheck[] }[];
  };
  return told.tests
    .flatMap(({ results }) => results)
    .filter(({ id }) => /^[1-7](\.\d+)+$/.test(id));
}

function rowOf(
  check: BenchCheck,
  results: readonly RuleResult[],
  names: readonly string[],
  truth: HostTruth,
): Row {
  const own = (rules as readonly Rule[]).filter(({ controls }) =>
    controls.includes(`cis-1.6:${check.id}`),
  );
  const judged = results.filter(({ rule }) => own.some(({ id }) => id === rule));
  const verdict = worst(judged);
  const ours = namesOf(judged, 'fail', names);
  const open = namesOf(judged, 'unknown', names);
  const theirs = [...new Set((check.items ?? []).map((item) => containerIn(item, names)))]
    .filter((name) => name !== null)
    .sort();
  return {
    check: check.id,
    theirs: inWords(check.result, theirs, names),
    rules: own.map(({ id }) => `\`${id}\``).join(', ') || '–',
    ours: `${inWords(verdict ?? 'none', ours, names)}${open.length === 0 || ours.length === 0 ? '' : `; unknown: ${listed(open, names)}`}`,
    right: whoIsRight(check, verdict, theirs, ours, truth),
  };
}

/** Empty where nobody can tell. */
function whoIsRight(
  { id, result }: BenchCheck,
  verdict: Verdict | null,
  theirs: readonly string[],
  ours: readonly string[],
  truth: HostTruth,
): string {
  const isSame = theirs.join() === ours.join();
  const agrees =
    (result === 'PASS' && verdict === 'pass') ||
    (result === 'WARN' && verdict === 'fail' && isSame);
  if (agrees) return 'both';
  const read = truths[id];
  if (read) {
    const really = read.of(truth).sort().join();
    const isOurs = really === ours.join();
    const isTheirs = result !== 'NOTE' && really === theirs.join();
    if (isOurs || isTheirs) {
      const who = isOurs && isTheirs ? 'both' : isOurs ? 'Seawall' : 'docker-bench-security';
      return `${who}: ${read.how}`;
    }
  }
  const isOpen = result === 'INFO' || result === 'NOTE';
  if (isOpen && verdict === 'unknown') return 'neither judges';
  return reviewed(id, result, verdict) ?? '';
}

function worst(judged: readonly RuleResult[]): Verdict | null {
  const order: readonly Verdict[] = ['fail', 'unknown', 'pass', 'not-applicable'];
  return order.find((one) => judged.some(({ verdict }) => verdict === one)) ?? null;
}

function namesOf(
  judged: readonly RuleResult[],
  wanted: Verdict,
  names: readonly string[],
): string[] {
  const said = judged.filter(({ verdict }) => verdict === wanted);
  return names.filter((name) => said.some(({ subject }) => subject.name === name)).toSorted();
}

function containerIn(item: string, names: readonly string[]): string | null {
  return names.find((name) => item === name || item.startsWith(`${name}:`)) ?? null;
}

function inWords(verdict: string, found: readonly string[], names: readonly string[]): string {
  return found.length === 0 ? verdict : `${verdict}: ${listed(found, names)}`;
}

function listed(found: readonly string[], names: readonly string[]): string {
  const others = names.filter((name) => !found.includes(name));
  if (others.length === 0) return 'all';
  return others.length <= 6 ? `all but ${others.join(', ')}` : found.join(', ');
}

function writePage(rows: readonly Row[], count: number): void {
  const [kept = ''] = readFileSync(PAGE, 'utf8').split(`\n${BESIDE}`);
  const lines = rows.map(
    ({ check, theirs, rules: ids, ours, right }) =>
      `| ${check} | ${theirs} | ${ids} | ${ours} | ${right} |`,
  );
  const text = `${kept}
${BESIDE}

Written by scripts/beside-docker-bench.ts from one host with ${count} odd containers, which both judged, Seawall at
the evidence level \`kernel\`. Containers are named where a check is about them. Who is right was read from the
kernel and the engine where the reason says so, and else reviewed by a person.

| check | docker-bench-security | rules | Seawall | right |
| --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
  writeFileSync(PAGE, text);
  process.stderr.write(`${rows.length} checks, written to ${PAGE}\n`);
}
