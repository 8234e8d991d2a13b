import { assess } from '../../src/assessment/assess.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';

// What an engine gives by default it gave when a container was created or started: another engine may have done that.

const BEFORE = '2025-12-31T00:00:00Z';
const SAME = '2026-01-01T00:00:00.5Z';
const AFTER = '2026-01-01T00:00:02Z';

/** Of a container that was created and started on the first second of 2026, with one confined process. */
function controlsOf(engineStartedAt: string | undefined, example: Partial<ExampleHost> = {}) {
  const kernel = kernelSays([kernelProcess()]);
  const snapshot = exampleSnapshot({ container: {}, kernel, ...example });
  const { hostProcesses } = snapshot;
  if (hostProcesses.state === 'unread') throw new Error(hostProcesses.reason);
  const { engineStartedAt: _known, ...others } = hostProcesses.value;
  const told = { ...others, ...(engineStartedAt === undefined ? {} : { engineStartedAt }) };
  const controls = assess({ ...snapshot, hostProcesses: read(told) }).controls.get('c0ffee000001');
  return ['seccomp', 'no-new-privileges'].map((name) =>
    controls?.all.find(({ control }) => control === name),
  );
}

const verdictsOf = (...asked: Parameters<typeof controlsOf>) =>
  controlsOf(...asked).map((one) => one?.verdict);

const silent: Partial<ExampleHost> = { container: { noNewPrivileges: null } };

it.each<[string, string | undefined, Partial<ExampleHost>, [string, string]]>([
  ['the engine that runs now', BEFORE, silent, ['enforced', 'off']],
  ['an engine before it', AFTER, silent, ['unknown', 'unknown']],
  ['nobody knows which engine', undefined, silent, ['unknown', 'unknown']],
  [
    'an engine before it, which kept its containers though live restore is off by now',
    AFTER,
    { ...silent, engine: { hasLiveRestore: false } },
    ['unknown', 'unknown'],
  ],
  [
    'nobody knows which engine, and none keeps its containers',
    undefined,
    { ...silent, engine: { hasLiveRestore: false } },
    ['enforced', 'unknown'],
  ],
  [
    'an engine of the same second, which keeps none',
    SAME,
    { ...silent, engine: { hasLiveRestore: false } },
    ['enforced', 'unknown'],
  ],
  ['an engine of the same second, which keeps them', SAME, silent, ['unknown', 'unknown']],
  [
    'whoever it was, which was told what to give',
    AFTER,
    { container: { noNewPrivileges: false, seccomp: 'custom', seccompAllows: [] } },
    ['enforced', 'off'],
  ],
])('judges defaults by %s', (_who, engineStartedAt, example, verdicts) => {
  expect(verdictsOf(engineStartedAt, example)).toEqual(verdicts);
});

it.each([
  [AFTER, 'started before the engine that runs now'],
  [SAME, 'was started first is not known'],
  [undefined, 'the start of the engine was not seen'],
])('says why a default is not known where the engine started at %s', (engineStartedAt, why) => {
  expect(controlsOf(engineStartedAt)[0]?.note).toContain(why);
});

it('takes no filter for the own one of processes that an engine before may have given', () => {
  const engine = { seccompProfile: 'unconfined' };

  expect(verdictsOf(BEFORE, { engine })[0]).toBe('off');
  expect(verdictsOf(AFTER, { engine })[0]).toBe('unknown');
});
