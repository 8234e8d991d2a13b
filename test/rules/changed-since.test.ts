import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import {
  noRootUser,
  noUnmaskedSystemPath,
  readOnlyRootfs,
} from '../../src/rules/catalogue/index.ts';
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
import { unread } from '../../src/shared/reading.ts';
import type { KernelMount } from '../../src/snapshot/facts/kernel.ts';
import { withEach } from '../support/example-processes.ts';

// What a program in a container may have changed, and the table of its main process or the list of the engine does not show.

const TABLE = [
  kernelMount('/', { options: ['ro'] }),
  maskOver('/proc/kcore'),
  readonlyOver('/proc/sys'),
];

/** What both rules say of a container whose process has so many threads, by this table of its mounts. */
function verdicts(threads: number, mounts: KernelMount[] | null = TABLE) {
  const processes = withEach(running(['web', 0]), () => ({ threads }));
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

it('passes none that the container may have mounted anew, where the kernel was not asked', () => {
  const said = (configuredCapabilities: string[]) => {
    const root = { declared: '', uid: 0, reason: null };
    const unconfined = { appArmorProfile: 'unconfined', askedAppArmorProfile: 'unconfined' };
    const example: ExampleHost = {
      container: { hasReadonlyRootfs: true, configuredCapabilities, user: root, ...unconfined },
    };
    const assessed = assess(exampleSnapshot(example));
    return [readOnlyRootfs, noUnmaskedSystemPath].map(
      (rule) => evaluateRule(rule, assessed, examplePolicy(example))[0]?.verdict,
    );
  };

  expect(said(['CAP_NET_RAW'])).toEqual(['pass', 'pass']);
  expect(said(['CAP_SYS_ADMIN'])).toEqual(['unknown', 'unknown']);
});

it('passes none either where the engine was not read', () => {
  const said = (configuredCapabilities: string[]) => {
    const user = { declared: '', uid: 0, reason: null };
    const container = { hasReadonlyRootfs: true, configuredCapabilities, user };
    const snapshot = { ...exampleSnapshot({ container }), engine: unread('it is down') };
    return evaluateRule(readOnlyRootfs, assess(snapshot), examplePolicy({}))[0]?.verdict;
  };

  expect(said(['CAP_NET_RAW'])).toBe('pass');
  expect(said(['CAP_SYS_ADMIN'])).toBe('unknown');
});

it('takes for no user’s a process whose first thread has ended while others live', () => {
  const said = (threads: number) => {
    const ended = { pid: 1, user: 2, uts: null, ipc: null, cgroup: 5, network: null, mount: null };
    const processes = withEach(running(['web', 1000]), () => ({ threads, namespaces: ended }));
    const user = { declared: '1000', uid: 1000, reason: null };
    const example: ExampleHost = { container: { user }, processes };
    return evaluateRule(noRootUser, assess(exampleSnapshot(example)), examplePolicy(example))[0]
      ?.verdict;
  };

  expect(said(1)).toBe('pass');
  expect(said(2)).toBe('unknown');
});
