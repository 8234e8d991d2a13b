import fc from 'fast-check';
import { runs } from '../support/long-run.ts';
import { cpuMs } from '../support/strain.ts';
import { mutated } from './mutated.ts';
import { fuzzSeeds } from './seeds.ts';
import { type FuzzTarget, fuzzTargets, isRefusal } from './targets.ts';

// Samples of what each parser reads, changed by chance; a failure is told with its seed and made as
// short as it can be. Where coverage leads the way is in `test/system/coverage-guided.test.ts`.

/** Of processor time for each target; so many inputs at least. */
const MS = runs(150, 20_000);
const INPUTS = 100;
/** No single input may stop the program longer, were it read in the main thread. */
const STOP_MS_MAX = 500;

const figures: string[] = [];
afterAll(() => process.stderr.write(`${figures.join('\n')}\n`));

it.each(Object.entries(fuzzTargets))('reads or refuses whatever is given to %s', (name, target) => {
  let longest = 0;
  let refused = 0;
  const property = fc.property(mutated(fuzzSeeds[name] ?? []), (bytes) => {
    const before = cpuMs();
    if (!isRead(target, bytes)) refused += 1;
    let taken = cpuMs() - before;
    // It is slow each time; that this process collected what other suites left is not.
    for (let again = 0; again < 2 && taken >= STOP_MS_MAX; again += 1) {
      const start = cpuMs();
      isRead(target, bytes);
      taken = Math.min(taken, cpuMs() - start);
    }
    longest = Math.max(longest, taken);
  });
  let inputs = 0;
  for (const until = cpuMs() + MS; cpuMs() < until; inputs += INPUTS) {
    const result = fc.check(property, { numRuns: INPUTS });
    if (result.failed) throw new Error(fc.defaultReportMessage(result) ?? 'failed');
  }

  figures.push(
    `fuzz: ${name}: ${inputs} inputs, ${refused} refused, longest ${longest.toFixed(1)} ms`,
  );
  // Whoever refuses all of them, or none, is not tried.
  expect(inputs).toBeGreaterThan(refused);
  expect(longest).toBeLessThan(STOP_MS_MAX);
});

function isRead(target: FuzzTarget, bytes: Uint8Array): boolean {
  try {
    target(bytes);
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

it('has samples that each target reads', () => {
  for (const [name, target] of Object.entries(fuzzTargets)) {
    const samples = fuzzSeeds[name] ?? [];
    expect([name, samples.filter((sample) => isRead(target, sample)).length]).toEqual([
      name,
      samples.length,
    ]);
    expect(samples.length).toBeGreaterThan(0);
  }
});
