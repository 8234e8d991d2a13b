// How much CPU the assessment, rules, attack paths and posture of 1,000 containers take, on a generated
// host, and as the baseline of the same run, how much parsing the same facts from JSON takes.
// `node bench/rules-and-posture.ts`
import { assess } from '../src/assessment/assess.ts';
import { evaluate } from '../src/findings/evaluate.ts';
import { assessHost } from '../src/posture/assess-host.ts';
import * as catalogue from '../src/rules/catalogue/index.ts';
import { bind, capabilities, hostNamespace, port, privileged } from '../src/rules/example-facts.ts';
import { exampleSnapshot } from '../src/rules/example-host.ts';
import type { Rule } from '../src/rules/rule.ts';
import type { ContainerFacts } from '../src/snapshot/facts/container.ts';

const CONTAINERS = 1_000;
const ROUNDS = 15;
const BUDGET_MS = 100;
const rules = Object.values(catalogue) as unknown as readonly Rule[];

/** What one meets on a busy host: mostly ordinary, every kind of weakness now and then. */
const kinds: readonly Partial<ContainerFacts>[] = [
  {},
  { user: { declared: '', uid: 0, reason: null }, ports: [port('0.0.0.0', 80)] },
  { user: { declared: '', uid: 0, reason: null }, mounts: [bind('/srv/data'), bind('/etc')] },
  { hasReadonlyRootfs: false, noNewPrivileges: null, memoryLimitBytes: 0, pidsLimit: null },
  { ...privileged, user: { declared: '', uid: 0, reason: null } },
  { ...capabilities(['CAP_NET_ADMIN', 'CAP_SYS_PTRACE']), pidNamespace: hostNamespace },
  { mounts: [bind('/run/docker.sock')], ports: [port('127.0.0.1', 8080)] },
  { networkNamespace: hostNamespace, networks: ['host'], seccomp: 'unconfined' },
];

const snapshot = exampleSnapshot({
  container: {},
  otherContainers: Array.from({ length: CONTAINERS - 1 }, (_, index) => ({
    ...kinds[index % kinds.length],
    id: index.toString(16).padStart(64, '0'),
    name: `service-${index}`,
  })),
});
const facts = JSON.stringify(snapshot);

/** Milliseconds of CPU, user and system, the middle of several rounds after two to warm up. */
function cpuMs(work: () => void): number {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS + 2; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    if (round >= 2) rounds.push((user + system) / 1000);
  }
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

const assessment = assess(snapshot);
const results = evaluate(rules, assessment);
const baseline = cpuMs(() => JSON.parse(facts));
const assessmentMs = cpuMs(() => assess(snapshot));
const rulesMs = cpuMs(() => evaluate(rules, assessment));
const postureMs = cpuMs(() => assessHost(rules, results, assessment));
const total = rulesMs + postureMs;
const { score, grade, pathCount } = assessHost(rules, results, assessment);

const say = (text: string) => process.stdout.write(`${text}\n`);
say(
  `${CONTAINERS} containers, ${rules.length} rules, ${results.length} results, ${pathCount} paths`,
);
say(`grade ${grade} (${score})`);
say(`baseline, JSON.parse of the same facts: ${baseline.toFixed(1)} ms CPU`);
say(`assessment ${assessmentMs.toFixed(1)} ms CPU`);
say(`rules ${rulesMs.toFixed(1)} ms, paths and posture ${postureMs.toFixed(1)} ms CPU`);
say(
  `rules and posture ${total.toFixed(1)} ms of ${BUDGET_MS}, ${(total / baseline).toFixed(1)} × the baseline`,
);
process.exitCode = total <= BUDGET_MS ? 0 : 1;
