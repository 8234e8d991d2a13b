import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noUnmaskedSystemPath, readOnlyRootfs } from '../../src/rules/catalogue/index.ts';
import { running } from '../../src/rules/example-facts.ts';
import { examplePolicy, exampleSnapshot } from '../../src/rules/example-host.ts';
import {
  kernelMount,
  kernelProcess,
  kernelSays,
  maskOver,
  readonlyOver,
} from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import type { KernelMount } from '../../src/snapshot/facts/kernel.ts';

// The kernel's table is that of the main process, and a thread with CAP_SYS_ADMIN may have left it.

const TABLE = [
  kernelMount('/', { options: ['ro'] }),
  maskOver('/proc/kcore'),
  readonlyOver('/proc/sys'),
];

/** What both rules say of a container whose process has so many threads, by this table of its mounts. */
function verdicts(threads: number, mounts: KernelMount[] | null = TABLE) {
  const processes = running(['web', 0]).map((entry) => {
    if (entry.facts.state === 'unread') throw new Error('an example has processes');
    return { ...entry, facts: read(entry.facts.value.map((one) => ({ ...one, threads }))) };
  });
  const example: ExampleHost = {
    container: { hasReadonlyRootfs: true, configuredCapabilities: ['CAP_SYS_ADMIN'] },
    kernel: kernelSays([kernelProcess()], { mounts }),
    processes,
  };
  const snapshot = exampleSnapshot(example);
  if (snapshot.kernel.state === 'unread') throw new Error(snapshot.kernel.reason);
  snapshot.kernel.value.ordinaryMounts = TABLE;
  const assessed = assess(snapshot);
  return [readOnlyRootfs, noUnmaskedSystemPath].map(
    (rule) => evaluateRule(rule, assessed, examplePolicy(example))[0]?.verdict,
  );
}

it('passes no mounts that a thread may have left', () => {
  expect(verdicts(1)).toEqual(['pass', 'pass']);
  expect(verdicts(2)).toEqual(['unknown', 'unknown']);
});

it('passes none of a main process that shows another root', () => {
  expect(verdicts(1, null)).toEqual(['unknown', 'unknown']);
});
