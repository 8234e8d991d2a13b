import { hasMorePower } from '../../src/controls/exec-power.ts';
import { capabilities, execsFound, namedUser, running } from '../../src/rules/example-facts.ts';
import { kernelProcess, rootProcess } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import type { ProcessFacts } from '../../src/snapshot/facts/process.ts';
import { allCapabilities, defaultCapabilities } from '../../src/snapshot/normalise/capabilities.ts';
import { controlOf, kernelFacts, rootUids } from '../support/control-facts.ts';
import { withEach } from '../support/example-processes.ts';

const ofApp = {
  isPrivileged: false,
  configuredCapabilities: [...defaultCapabilities],
  user: namedUser('app', 1000),
};

it.each([
  ['root', true],
  ['0', true],
  ['00', true],
  ['+0', true],
  ['-0', true],
  ['+00:app', true],
  // Who names a group alone is root: the engine takes no user of the container then.
  [':1000', true],
  ['', false],
  ['+1000', false],
  ['app', false],
  ['app:app', false],
  ['toor', null],
  ['toor:app', null],
])('reads the user %p of a command as the engine does', (user, hasMore) => {
  expect(hasMorePower({ user, isPrivileged: false }, ofApp)).toBe(hasMore);
});

it('gives nothing to a command of a container that is root itself', () => {
  const ofRoot = { ...ofApp, user: namedUser('', 0) };
  expect(hasMorePower({ user: 'toor', isPrivileged: false }, ofRoot)).toBe(false);
});

it('gives nothing to a privileged command of a container that has every capability', () => {
  const all = { ...ofApp, configuredCapabilities: [...allCapabilities] };
  const isStronger = (container: typeof ofApp, user = '') =>
    hasMorePower({ user, isPrivileged: true }, container);

  expect(isStronger(all)).toBe(false);
  expect(isStronger(all, 'root')).toBe(true);
  expect(isStronger({ ...all, user: namedUser('', 0) }, 'root')).toBe(false);
  expect(isStronger({ ...all, configuredCapabilities: allCapabilities.slice(1) })).toBe(true);
});

/** The verdict on a command as `toor`, which the list of processes shows with these uids. */
function verdict(difference: Partial<ProcessFacts>) {
  const processes = withEach(running(['web', 1000], ['sh', 1000]), (_one, place) =>
    place === 1 ? { pid: 4400, ...difference } : {},
  );
  const container = { user: namedUser('1000', 1000), noNewPrivileges: true };
  return controlOf('exec-sessions', { container, processes, execs: execsFound({ user: 'toor' }) })
    .verdict;
}

it('believes the uids of its process where the name says nothing', () => {
  expect(verdict({ effectiveUid: 0, otherUids: [0, 0, 0] })).toBe('not-enforced');
  expect(verdict({ otherUids: [1000, 0, 1000] })).toBe('not-enforced');
  expect(verdict({ otherUids: [1000, 1000, 1000] })).toBe('enforced');
  expect(verdict({ otherUids: null })).toBe('unknown');
  expect(verdict({ pid: 4401 })).toBe('unknown');
});

describe('what commands that have ended may have left behind', () => {
  const verdictOf = (example: ExampleHost, kernel?: ReturnType<typeof kernelFacts>) =>
    controlOf('exec-sessions', { execs: execsFound(), ...example }, kernel).verdict;

  it('is nothing where the main process is alone, or with commands that are open', () => {
    expect(verdictOf({ processes: running(['app', 0]) })).toBe('enforced');
    const open = { execs: execsFound({ user: '' }), processes: running(['app', 0], ['sh', 0]) };
    const [one] = open.execs;
    const pid = open.processes[0]?.facts;
    if (one?.facts.state !== 'read' || pid?.state !== 'read') throw new Error('examples are read');
    const ofOpen = one.facts.value.map((session) => ({ ...session, pid: pid.value[1]?.pid ?? 0 }));
    const execs = [{ ...one, facts: { state: 'read' as const, value: ofOpen } }];
    expect(verdictOf({ ...open, execs })).toBe('enforced');
  });

  it('is any other process, until the kernel tells what it may', () => {
    const several = running(['app', 0], ['worker', 0]);
    expect(verdictOf({ processes: several })).toBe('unknown');
    expect(verdictOf({})).toBe('unknown');
    expect(verdictOf({ processes: several }, kernelFacts())).toBe('enforced');
  });

  it('is nothing where a command could not have more power', () => {
    const container = { isPrivileged: true, user: namedUser('', 0) };
    const processes = running(['app', 0], ['worker', 0]);
    expect(verdictOf({ container, processes })).toBe('enforced');
    expect(
      verdictOf({ container: { ...container, user: namedUser('1000', 1000) }, processes }),
    ).toBe('unknown');
  });

  it('is root in a container of another user, which no program in it can have become', () => {
    const user = namedUser('1000', 1000);
    const left = kernelFacts({ processes: [kernelProcess(), rootProcess] });
    const held = { container: { user, noNewPrivileges: true } };

    expect(verdictOf(held, left)).toBe('not-enforced');
    expect(verdictOf(held, kernelFacts())).toBe('enforced');
    // A set-uid program may have made it root, or all that is in it began as root.
    const free = { container: { user, noNewPrivileges: false } };
    expect(verdictOf(free, left)).toBe('unknown');
    const main = kernelProcess({ uids: rootUids });
    expect(verdictOf(free, kernelFacts({ processes: [main, rootProcess] }))).toBe('enforced');
    expect(verdictOf({ container: { user: namedUser('', 0) } }, left)).toBe('enforced');
  });

  it('is not said of who is handed the capability to become another user', () => {
    const { addedCapabilities = [] } = capabilities(['CAP_SETUID']);
    const left = kernelFacts({ processes: [kernelProcess(), rootProcess] });
    const container = { user: namedUser('1000', 1000), noNewPrivileges: true, addedCapabilities };

    expect(verdictOf({ container, engine: { isPodman: true } }, left)).toBe('unknown');
    expect(verdictOf({ container }, left)).toBe('not-enforced');
  });
});
