// How much CPU the assessment, rules, attack paths and posture of 1,000 containers take, on a generated
// host, and as the baseline of the same run, how much parsing the same facts from JSON takes. A process that
// has scanned before is judged by the budget; the first rounds, in which the engine of JavaScript still compiles
// on threads that count as well, are told beside it.
// `node bench/rules-and-posture.ts`
import { assess } from '../src/assessment/assess.ts';
import { evaluate } from '../src/findings/evaluate.ts';
import { assessHost } from '../src/posture/assess-host.ts';
import { allRules as rules } from '../src/rules/all-rules.ts';
import { bind, capabilities, hostNamespace, port, privileged } from '../src/rules/example-facts.ts';
import { exampleSnapshot } from '../src/rules/example-host.ts';
import type { ContainerFacts } from '../src/snapshot/facts/container.ts';

const CONTAINERS = 1_000;
const ROUNDS = 15;
/** Rounds before the first that count, and before those of a process that has scanned before. */
const WARM_UP = { first: 2, later: 30 };
const BUDGET_MS = 100;

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

interface Cost {
  first: number;
  later: number;
}

/** Milliseconds of CPU, user and system: the middle of several early rounds, and of several later ones. */
function cpuMs(work: () => void): Cost {
  const rounds = Array.from({ length: WARM_UP.later + ROUNDS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  const middleFrom = (start: number) =>
    rounds.slice(start, start + ROUNDS).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  return { first: middleFrom(WARM_UP.first), later: middleFrom(WARM_UP.later) };
}

const assessment = assess(snapshot);
const results = evaluate(rules, assessment);
const baseline = cpuMs(() => JSON.parse(facts));
const assessmentMs = cpuMs(() => assess(snapshot));
const rulesMs = cpuMs(() => evaluate(rules, assessment));
const postureMs = cpuMs(() => assessHost(rules, results, assessment));
const total: Cost = {
  first: rulesMs.first + postureMs.first,
  later: rulesMs.later + postureMs.later,
};
const told = ({ first, later }: Cost) =>
  `${later.toFixed(1)} ms CPU (at first ${first.toFixed(1)})`;
const { score, grade, pathCount } = assessHost(rules, results, assessment);

const say = (text: string) => process.stdout.write(`${text}\n`);
say(
  `${CONTAINERS} containers, ${rules.length} rules, ${results.length} results, ${pathCount} paths`,
);
say(`grade ${grade} (${score})`);
say(`baseline, JSON.parse of the same facts: ${told(baseline)}`);
say(`assessment ${told(assessmentMs)}`);
say(`rules ${told(rulesMs)}, paths and posture ${told(postureMs)}`);
say(
  `rules and posture ${told(total)} of ${BUDGET_MS}, ${(total.later / baseline.later).toFixed(1)} × the baseline`,
);
process.exitCode = total.later <= BUDGET_MS ? 0 : 1;
