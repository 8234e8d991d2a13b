import { capabilities, namedUser, running } from '../../src/rules/example-facts.ts';
import { kernelProcess } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { EngineFacts } from '../../src/snapshot/facts/engine.ts';
import type { ProcessFacts } from '../../src/snapshot/facts/process.ts';
import { controlOf, kernelFacts } from '../support/control-facts.ts';
import { withEach } from '../support/example-processes.ts';

/** What the engine's list says of a container that is configured to be uid 1000. */
function verdict(
  difference: Partial<ProcessFacts>,
  noNewPrivileges: boolean | null = null,
  kernel?: ReturnType<typeof kernelFacts>,
) {
  const processes = withEach(running(['web', 1000]), () => difference);
  const container = { user: namedUser('1000', 1000), noNewPrivileges };
  return controlOf('user', { container, processes }, kernel).verdict;
}

it('takes a process for root that can become root again', () => {
  expect(verdict({ otherUids: [1000, 1000, 1000] })).toBe('enforced');
  expect(verdict({ otherUids: [1000, 0, 1000] })).toBe('not-enforced');
});

it('says why the level that reads all threads did not', () => {
  const processes = running(['web', 1000]).map((entry) => ({
    ...entry,
    facts:
      entry.facts.state === 'read'
        ? read(entry.facts.value.map((one) => ({ ...one, threads: 2 })))
        : entry.facts,
  }));
  const container = { user: namedUser('1000', 1000), noNewPrivileges: false };
  const noteWith = (kernel?: Parameters<typeof controlOf>[2]) =>
    controlOf('user', { container, processes }, kernel).note;

  expect(noteWith()).toMatch(/was read: the level kernel reads all$/);
  expect(noteWith(unread('it has gone'))).toMatch(/was read: it has gone$/);
});

it('says nothing of threads that were not read, unless none can have become root', () => {
  expect(verdict({ threads: 1 })).toBe('enforced');
  expect(verdict({ threads: 2 })).toBe('unknown');
  expect(verdict({ threads: 2 }, true)).toBe('enforced');
  expect(verdict({ threads: 2 }, null, kernelFacts())).toBe('enforced');
});

describe('groups that are not root’s', () => {
  type Options = Partial<ContainerFacts> & { seenUid?: number; threads?: number };
  const groupsOf = ({ seenUid = 1000, threads = 1, ...container }: Options) => {
    const processes = withEach(running(['web', seenUid]), () => ({
      ...{ groups: [1000], otherUids: Array(3).fill(seenUid), threads },
    }));
    const { verdict, note } = controlOf('groups', { container, processes });
    return { verdict, note };
  };
  const someUser = namedUser('1000:1000', 1000);
  const asRoot = namedUser('0:1000', 0);
  const kept = { verdict: 'enforced', note: null };
  const mapped = { remapsUsers: true, dataRoot: '/var/lib/docker/500000.600000' };

  it.each<[string, Options]>([
    ['by number', { user: someUser, addedGroups: ['42'] }],
    ['by number, of who became another', { user: asRoot, addedGroups: ['42'], seenUid: 33 }],
    ['by a name, of who stayed who it is', { user: someUser, addedGroups: ['wheel'] }],
    ['by the user, who stayed so', { user: namedUser('www', 1000) }],
  ])('are known %s', (_title, options) => {
    expect(groupsOf(options)).toEqual(kept);
  });

  it.each<[string, Partial<EngineFacts>, number, string]>([
    ['mapped to the group of root', mapped, 600_000, 'not-enforced'],
    ['mapped to another one', mapped, 600_042, 'enforced'],
    ['that the engine does not tell', { remapsUsers: true }, 600_000, 'unknown'],
  ])('are known as they are outside: %s', (_title, engine, gid, expected) => {
    const processes = withEach(running(['web', 501_000]), () => ({ groups: [gid], threads: 1 }));
    const host: ExampleHost = { container: { user: someUser }, engine, processes };
    expect(controlOf('groups', host).verdict).toBe(expected);
  });

  it('are not known where users are mapped and the map of groups was not read', () => {
    const userNamespace = { mode: 'private', resolved: 'private' as const, via: [] };
    const kernel = kernelFacts({ uidMap: [{ inside: 0, outside: 500_000, count: 65_536 }] });
    const host = { container: { user: someUser, userNamespace }, engine: { isPodman: true } };

    expect(controlOf('groups', host, kernel).verdict).toBe('unknown');
  });

  it.each<[string, Options, string]>([
    ['by a name', { user: asRoot, addedGroups: ['wheel'], seenUid: 33 }, 'group wheel'],
    ['by the name of the first', { user: namedUser('0:wheel', 0), seenUid: 33 }, 'group wheel'],
    ['by a name, of root', { user: asRoot, addedGroups: ['wheel'], seenUid: 0 }, 'group wheel'],
    ['by the user alone', { user: namedUser('www', 1000), seenUid: 33 }, 'group of its user'],
    ['of other threads', { user: asRoot, threads: 2, noNewPrivileges: true }, 'of its threads'],
  ])('are not known %s, where processes may have left them', (_title, options, note) => {
    expect(groupsOf(options)).toEqual({ verdict: 'unknown', note: expect.stringContaining(note) });
  });
});

const handedNone = { noNewPrivileges: true, addedCapabilities: [] };
const apparmor = { hasAppArmor: true };
const selinux = { hasSelinux: true };
const label = (type: string) => ({ processLabel: `system_u:system_r:${type}:s0` });

it.each<[string, ExampleHost['container'], ExampleHost['engine'], string]>([
  ['who may mount', {}, {}, 'unknown'],
  ['who may not', capabilities([]), {}, 'enforced'],
  ['who stays another user than root', { noNewPrivileges: true }, {}, 'enforced'],
  ['whom Podman hands it on', { noNewPrivileges: true }, { isPodman: true }, 'unknown'],
  ['whom Podman hands nothing on', handedNone, { isPodman: true }, 'enforced'],
  ['whom AppArmor keeps from it', { appArmorProfile: 'docker-default' }, apparmor, 'enforced'],
  [
    'whom a profile that nobody read may keep from it',
    { appArmorProfile: 'own' },
    apparmor,
    'unknown',
  ],
  ['who was given no profile', { appArmorProfile: '' }, apparmor, 'unknown'],
  ['whom SELinux keeps from it', label('container_t'), selinux, 'enforced'],
  ['whom SELinux lets do all', label('spc_t'), selinux, 'unknown'],
  ['whom none keeps from it', { appArmorProfile: 'unconfined' }, apparmor, 'unknown'],
])('the list of the engine is whole, or not, of %s', (_title, container, engine, verdict) => {
  const own = { ...capabilities(['CAP_SYS_ADMIN']), noNewPrivileges: false, ...container };
  const host = { container: own, engine: { hasAppArmor: false, ...engine } };

  expect(controlOf('user', { ...host, processes: running(['web', 1000]) }).verdict).toBe(verdict);
});

it.each(['root:', '0:', 'root'])('takes no group for named by the user %s', (declared) => {
  const user = { declared, uid: 0, reason: null };
  const uids = { real: 0, effective: 0, saved: 0, filesystem: 0 };
  const root = kernelProcess({ uids, gids: uids, groups: [0] });

  expect(
    controlOf('groups', { container: { user } }, kernelFacts({ processes: [root] })),
  ).toMatchObject({ verdict: 'off', effective: [0] });
});
