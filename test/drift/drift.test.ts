import fc from 'fast-check';
import {
  compareFields,
  configurationRows,
  configuredFields,
} from '../../src/drift/configured-fields.ts';
import { composeDrift } from '../../src/drift/container-drift.ts';
import { imageChanges, imageDeclaration } from '../../src/drift/image-declaration.ts';
import { bind, port } from '../../src/rules/example-facts.ts';
import { exampleContainer, exampleImage } from '../../src/rules/example-host.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';

type Difference = Partial<ContainerFacts>;
const container = (difference: Difference = {}): ContainerFacts => ({
  ...exampleContainer,
  ...difference,
});
const changes = (before: Difference, after: Difference) =>
  compareFields(configuredFields(container(before)), configuredFields(container(after)));

test('a person is shown sizes in words, and each word once', () => {
  const rows = new Map(
    configurationRows(
      container({
        memoryLimitBytes: 536_870_912,
        ipcNamespace: { mode: 'private', resolved: 'private', via: [] },
        networkNamespace: { mode: 'shop', resolved: 'private', via: [] },
      }),
    ).map(([name = '', value = '']) => [name, value]),
  );

  expect(rows.get('memory limit')).toBe('512 MB (536870912 bytes)');
  expect(rows.get('ipc namespace')).toBe('private');
  // Whether users are mapped is the engine's setting.
  expect(rows.get('user namespace')).toBe('engine default');
  expect(rows.get('network namespace')).toBe('private (shop)');
});

test('devices by a variable, which older facts do not name, are no change', () => {
  const deviceRequests = ['nvidia (all) by NVIDIA_VISIBLE_DEVICES'];

  expect(changes({ deviceRequests: [] }, { deviceRequests })).toEqual([]);
  const legacy = ['nvidia (all) by CUDA_VERSION'];
  expect(changes({ deviceRequests: [] }, { deviceRequests: legacy })).toEqual([]);
  expect(changes({ deviceRequests: [] }, { deviceRequests: ['nvidia (all)'] })).toHaveLength(1);
  expect(configurationRows(container({ deviceRequests }))).toContainEqual([
    'devices',
    deviceRequests[0],
  ]);
});

describe('what differs from a baseline', () => {
  test.each<[string, Difference, Difference, string[], string[]]>([
    ['privileged', {}, { isPrivileged: true }, ['no'], ['yes']],
    [
      'capabilities',
      { configuredCapabilities: ['CAP_CHOWN', 'CAP_KILL'] },
      { configuredCapabilities: ['CAP_CHOWN', 'CAP_SYS_ADMIN'] },
      ['CAP_KILL'],
      ['CAP_SYS_ADMIN'],
    ],
    ['mounts', { mounts: [] }, { mounts: [bind('/srv')] }, [], ['/srv:/mnt:rw']],
    ['ports', { ports: [] }, { ports: [port('0.0.0.0', 80)] }, [], ['*:80->8080/tcp']],
    [
      'user',
      { user: { declared: '', uid: 0, reason: null } },
      { user: { declared: 'app', uid: 5, reason: null } },
      ['not set'],
      ['app'],
    ],
    ['image id', { imageId: 'sha256:1' }, { imageId: 'sha256:2' }, ['sha256:1'], ['sha256:2']],
    ['memory limit', { memoryLimitBytes: 0 }, { memoryLimitBytes: 64 }, ['none'], ['64 bytes']],
    ['process limit', { pidsLimit: 5 }, { pidsLimit: null }, ['5'], ['none']],
    ['log driver', { logDriver: 'syslog' }, { logDriver: 'none' }, ['syslog'], ['none']],
    [
      'log address',
      { hasRemoteLogAddress: true },
      { hasRemoteLogAddress: false },
      ['another machine'],
      ['this machine'],
    ],
    [
      'pid namespace',
      { pidNamespace: { mode: '', resolved: 'private', via: [] } },
      { pidNamespace: { mode: 'host', resolved: 'host', via: [] } },
      ['private'],
      ['host'],
    ],
    ['seccomp', { seccomp: 'default' }, { seccomp: 'unconfined' }, ['default'], ['unconfined']],
    [
      'root filesystem',
      { hasReadonlyRootfs: true },
      { hasReadonlyRootfs: false },
      ['read-only'],
      ['writable'],
    ],
    [
      'ended when memory runs short',
      { isOomKillDisabled: false },
      { isOomKillDisabled: true },
      ['yes'],
      ['no'],
    ],
  ])('%s', (field, before, after, removed, added) => {
    expect(changes(before, after)).toEqual([{ field, removed, added }]);
  });

  test.each<[string, Difference, Difference]>([
    ['its id, state and times', { id: 'a' }, { id: 'b', state: 'exited', pid: 7, startedAt: null }],
    ['a port that the engine chose', { ports: [port('', 0)] }, { ports: [port('', 40_000)] }],
    ['an address for every interface', { ports: [port('', 80)] }, { ports: [port('::', 80)] }],
    [
      'an anonymous volume',
      { mounts: [{ ...bind('/x'), kind: 'volume', hostPath: null, volume: 'a'.repeat(64) }] },
      { mounts: [{ ...bind('/x'), kind: 'volume', hostPath: null, volume: 'b'.repeat(64) }] },
    ],
    [
      'the id of a container that it joins',
      { networkNamespace: { mode: 'container:aa', resolved: 'shared', via: ['vpn'] } },
      { networkNamespace: { mode: 'container:bb', resolved: 'shared', via: ['vpn'] } },
    ],
    [
      'the class of an environment value',
      { environment: [{ name: 'KEY', valueClass: 'token' }] },
      { environment: [{ name: 'KEY', valueClass: 'plain' }] },
    ],
  ])('is not %s', (_what, before, after) => {
    expect(changes(before, after)).toEqual([]);
  });

  it('is nothing for a field that one side does not know', () => {
    expect(compareFields({ old: ['a'] }, { new: ['b'] })).toEqual([]);
  });

  test('removed and added values turn one side into the other', () => {
    const fields = fc.dictionary(fc.constantFrom('a', 'b'), fc.uniqueArray(fc.string()));
    fc.assert(
      fc.property(fields, fields, (before, after) => {
        for (const { field, removed, added } of compareFields(before, after)) {
          const kept = (before[field] ?? []).filter((value) => !removed.includes(value));
          expect([...kept, ...added].sort()).toEqual([...(after[field] ?? [])].sort());
        }
        expect(compareFields(after, after)).toEqual([]);
      }),
    );
  });
});

describe('the mark of Compose', () => {
  const service = { composeProject: 'shop', composeService: 'web', composeConfigHash: 'h1' };
  const state = (difference: Difference, seenAt = '2026-01-01', exists = true) => ({
    facts: container({ ...service, ...difference }),
    exists,
    seenAt,
  });
  const own = container({ ...service, id: 'own' });

  it('proves a change where mark and image are the same', () => {
    const earlier = state({ id: 'own', mounts: [], memoryLimitBytes: 64 }, '2026-01-01');
    const now = state({ id: 'own' }, '2026-01-02');

    expect(composeDrift(own, [now, earlier])?.changed).toMatchObject({
      since: '2026-01-01',
      changes: expect.arrayContaining([expect.objectContaining({ field: 'memory limit' })]),
    });
  });

  test.each<[string, Difference]>([
    ['of another mark', { composeConfigHash: 'h0' }],
    ['of another image', { imageId: 'sha256:other' }],
    ['of another service', { composeService: 'db' }],
    ['of a single run', { isComposeOneOff: true }],
    ['without a mark', { composeConfigHash: null }],
  ])('proves nothing by a container %s', (_what, difference) => {
    const other = state({ id: 'other', isPrivileged: true, ...difference }, '2025-01-01');

    expect(composeDrift(own, [other, state({ id: 'own' })])?.changed).toBeNull();
  });

  it('tells siblings that were made from another configuration, those that exist', () => {
    const sibling = { id: 'other', name: 'web-2', composeConfigHash: 'h2' };
    const states = [state(sibling), state({ ...sibling, id: 'gone' }, '2026-01-01', false)];

    expect(composeDrift(own, states)?.otherConfiguration).toEqual([
      { name: 'web-2', createdAt: own.createdAt },
    ]);
  });

  it('is not there on others, nor on a single run', () => {
    expect(composeDrift(container(), [])).toBeNull();
    expect(composeDrift(container({ ...service, isComposeOneOff: true }), [])).toBeNull();
  });
});

describe('what the image declares', () => {
  const image = {
    ...exampleImage,
    id: 'sha256:i',
    tags: ['web:1'],
    user: { declared: 'app', uid: 5, reason: null },
    exposedPorts: [{ containerPort: 80, protocol: 'tcp' }],
    healthcheck: 'defined' as const,
  };
  const same: Difference = {
    imageId: 'sha256:i',
    imageReference: 'web:1',
    user: image.user,
    exposedPorts: image.exposedPorts,
    healthcheck: 'defined',
  };
  const found = (difference: Difference, images = [image]) => {
    const facts = container({ ...same, ...difference });
    const declared = imageDeclaration(facts, images);
    return declared && imageChanges(facts, declared);
  };

  it('is compared field by field', () => {
    expect(found({})).toEqual([]);
    expect(
      found({
        user: { declared: '0', uid: 0, reason: null },
        exposedPorts: [...image.exposedPorts, { containerPort: 22, protocol: 'tcp' }],
        healthcheck: 'disabled',
      }),
    ).toEqual([
      { field: 'user', removed: ['app'], added: ['0'] },
      { field: 'exposed ports', removed: [], added: ['22/tcp'] },
      { field: 'health check', removed: ['defined'], added: ['disabled'] },
    ]);
  });

  it('says that the name stands for another image by now', () => {
    const moved = { ...image, id: 'sha256:j' };

    expect(found({}, [{ ...image, tags: [] }, moved])).toEqual([
      { field: 'image of that name now', removed: ['sha256:j'], added: ['sha256:i'] },
    ]);
  });

  it('is not known of an image that was not read', () => {
    expect(found({}, [])).toBeNull();
  });
});
