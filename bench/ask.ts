// How long a question in plain English takes until its line is known, for a small team and for a fleet, and
// how often the line is right; as the baseline the line of the nearest of the questions that the grammar
// was built for, found by MiniSearch in the same run. `node bench/ask.ts`
import MiniSearch from 'minisearch';
import { bankNames } from '../scripts/docs/asked-signs.ts';
import { type BankRow, lineOf, planOf, readBank } from '../test/ask/read-bank.ts';

const BUDGET_P99_MS = 20;
const ROUNDS = 3;
const FLEET = { hosts: 1_000, containers: 10_000 };

const say = (text: string) => process.stdout.write(`${text}\n`);
const examples = readBank('bank');
const asked = [...readBank('own'), ...readBank('held-back')];

const nearest = new MiniSearch<BankRow & { id: number }>({ fields: ['question'] });
nearest.addAll(examples.map((row, id) => ({ ...row, id })));
const nearestLine = (question: string): string | null => {
  const [best] = nearest.search(question, { fuzzy: 0.2 });
  return best === undefined ? null : (examples[best.id as number]?.line ?? null);
};

const fleetNames = {
  labelled: bankNames.labelled,
  hosts: [...bankNames.hosts, ...numbered('host', FLEET.hosts)],
  containers: [...bankNames.containers, ...numbered('service', FLEET.containers)],
};

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}-${index * 7}`);
}

interface Measured {
  times: number[];
  right: number;
  wrong: number;
}

async function measure(
  answer: (question: string) => Promise<string | null> | string | null,
): Promise<Measured> {
  const measured: Measured = { times: [], right: 0, wrong: 0 };
  for (const { question } of asked) await answer(question);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { question, line } of asked) {
      const start = performance.now();
      const got = await answer(question);
      measured.times.push(performance.now() - start);
      if (got === line) measured.right += 1;
      else if (got !== null) measured.wrong += 1;
    }
  }
  return measured;
}

function row(name: string, { times, right, wrong }: Measured): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  const cells = [at(0.5), at(0.95), at(0.99), at(1)].map((ms) => ms.toFixed(2).padStart(8));
  const shares = [right, wrong].map((count) => `${((100 * count) / times.length).toFixed(1)} %`);
  return `${name.padEnd(38)}${cells.join('')}${shares.map((text) => text.padStart(9)).join('')}`;
}

const grammar = await measure(async (question) => lineOf(await planOf(question)));
const fleet = await measure(async (question) =>
  lineOf(await planOf(question, { names: fleetNames })),
);
say(`${asked.length} questions, ${ROUNDS} times each, milliseconds`);
say(`${''.padEnd(38)}     p50     p95     p99     max    right    wrong`);
say(row('baseline: nearest known question', await measure(nearestLine)));
say(row('grammar, 4 hosts and 6 containers', grammar));
say(row('grammar, 1,000 hosts, 10,000 containers', fleet));
say(`budget: p99 below ${BUDGET_P99_MS} ms`);
