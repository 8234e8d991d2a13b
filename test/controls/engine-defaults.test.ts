import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { rules } from '../../src/programs/assemble.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import { containerId, kernelFacts } from '../support/control-facts.ts';

// What an engine gives by default it gave when a container was created or started: another engine may have done that.

// In clock ticks since the boot, of which a second has a hundred.
const START = 500_000;
const BEFORE = START - 300;
const BETWEEN = START - 50;
const AFTER = START + 200;

/** Of a container that was started a second after it had been created, with one confined process. */
function controlsOf(engineStartTicks: number | undefined, example: Partial<ExampleHost> = {}) {
  const kernel = kernelSays([kernelProcess()], { startTicks: START });
  const snapshot = exampleSnapshot({ container: {}, kernel, ...example });
  const { hostProcesses } = snapshot;
  if (hostProcesses.state === 'unread') throw new Error(hostProcesses.reason);
  const { engineStartTicks: _known, ...others } = hostProcesses.value;
  const told = { ...others, ...(engineStartTicks === undefined ? {} : { engineStartTicks }) };
  const controls = assess({ ...snapshot, hostProcesses: read(told) }).controls.get('c0ffee000001');
  return ['seccomp', 'no-new-privileges'].map((name) =>
    controls?.all.find(({ control }) => control === name),
  );
}

const verdictsOf = (...asked: Parameters<typeof controlsOf>) =>
  controlsOf(...asked).map((one) => one?.verdict);

/** The kernel, without the start of the main process. */
const { startTicks: _start, ...facts } = kernelFacts();
const unread = [{ containerId, facts: read(facts) }];

const silent: Partial<ExampleHost> = { container: { noNewPrivileges: null } };

it.each<[string, number | undefined, Partial<ExampleHost>, [string, string]]>([
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
    'the engine that started it, and one before that created it',
    BETWEEN,
    silent,
    ['enforced', 'unknown'],
  ],
  [
    'the engine that runs now, though the clock was set since',
    BEFORE,
    {
      container: {
        noNewPrivileges: null,
        createdAt: '2025-01-01T00:00:00Z',
        startedAt: '2025-01-01T00:00:01Z',
      },
    },
    ['enforced', 'off'],
  ],
  [
    'an engine before it, though the clock was set since',
    AFTER,
    {
      container: {
        noNewPrivileges: null,
        createdAt: '2027-01-01T00:00:00Z',
        startedAt: '2027-01-01T00:00:01Z',
      },
    },
    ['unknown', 'unknown'],
  ],
  [
    'nobody knows which engine, where the start of its main process was not read',
    BEFORE,
    { ...silent, kernel: unread },
    ['unknown', 'unknown'],
  ],
  [
    'whoever it was, which was told what to give',
    AFTER,
    { container: { noNewPrivileges: false, seccomp: 'custom', seccompAllows: [] } },
    ['enforced', 'off'],
  ],
])('judges defaults by %s', (_who, engineStartTicks, example, verdicts) => {
  expect(verdictsOf(engineStartTicks, example)).toEqual(verdicts);
});

// An engine that does not say so any more may have given it on the day the container was made.
it('does not say that privileges can be gained where every process was given otherwise', () => {
  const verdictOf = (engineStartTicks: number, hasNoNewPrivileges: boolean) => {
    const kernel = kernelSays([kernelProcess({ hasNoNewPrivileges })], { startTicks: START });
    const snapshot = exampleSnapshot({ container: { noNewPrivileges: null }, kernel });
    if (snapshot.hostProcesses.state === 'read') {
      snapshot.hostProcesses.value.engineStartTicks = engineStartTicks;
    }
    return evaluate(rules, assess(snapshot)).find(({ rule }) => rule === 'no-new-privileges')
      ?.verdict;
  };

  expect(verdictOf(AFTER, true)).toBe('unknown');
  expect(verdictOf(AFTER, false)).toBe('fail');
  expect(verdictOf(BEFORE, true)).toBe('fail');
});

it.each([
  [AFTER, 'started before the engine that runs now'],
  [undefined, 'the start of the engine was not seen'],
])('says why a default is not known where the engine started at %s', (engineStartTicks, why) => {
  expect(controlsOf(engineStartTicks)[0]?.note).toContain(why);
});

it('says that nobody knows which started first where the start of the container was not read', () => {
  expect(controlsOf(BEFORE, { kernel: unread })[0]?.note).toContain(
    'was started first is not known',
  );
});

it('takes no filter for the own one of processes that an engine before may have given', () => {
  const engine = { seccompProfile: 'unconfined' };

  expect(verdictsOf(BEFORE, { engine })[0]).toBe('off');
  expect(verdictsOf(AFTER, { engine })[0]).toBe('unknown');
});
