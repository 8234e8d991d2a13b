import { hasMorePower } from '../../src/controls/exec-power.ts';
import { execsFound, namedUser, running } from '../../src/rules/example-facts.ts';
import type { ProcessFacts } from '../../src/snapshot/facts/process.ts';
import { controlOf } from '../support/control-facts.ts';

const ofApp = { isPrivileged: false, user: namedUser('app', 1000) };

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
  const ofRoot = { isPrivileged: false, user: namedUser('', 0) };
  expect(hasMorePower({ user: 'toor', isPrivileged: false }, ofRoot)).toBe(false);
});

/** The verdict on a command as `toor`, which the list of processes shows with these uids. */
function verdict(difference: Partial<ProcessFacts>) {
  const [entry] = running(['web', 1000], ['sh', 1000]);
  if (entry?.facts.state !== 'read') throw new Error('an example has processes');
  const value = entry.facts.value.map((process, place) =>
    place === 1 ? { ...process, pid: 4400, ...difference } : process,
  );
  const processes = [{ ...entry, facts: { state: 'read' as const, value } }];
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
