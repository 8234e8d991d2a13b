import fc from 'fast-check';
import {
  type NamespaceKind,
  type NamespaceOwner,
  namespaceResolver,
} from '../../../src/snapshot/normalise/namespaces.ts';
import { growthOf } from '../../support/growth.ts';

const KINDS: NamespaceKind[] = ['network', 'pid', 'ipc', 'uts', 'user', 'cgroup'];

/** A container whose every namespace has the same mode. */
const owner = (id: string, name: string, mode: string | null): NamespaceOwner => ({
  id,
  name,
  modes:
    mode === null
      ? null
      : { network: mode, pid: mode, ipc: mode, uts: mode, user: mode, cgroup: mode },
});

describe('a single namespace setting', () => {
  it.each<[NamespaceKind, string, string]>([
    ['network', 'host', 'host'],
    ['network', 'none', 'private'],
    ['network', 'bridge', 'private'],
    ['network', 'default', 'private'],
    ['network', 'demonet', 'private'],
    ['network', 'hostile', 'private'],
    ['network', 'ns:/proc/1/ns/net', 'unknown'],
    ['pid', '', 'private'],
    ['pid', 'host', 'host'],
    ['ipc', 'host', 'host'],
    ['ipc', 'shareable', 'private'],
    ['ipc', 'private', 'private'],
    ['ipc', 'none', 'private'],
    ['ipc', 'something-new', 'unknown'],
    ['uts', '', 'private'],
    ['uts', 'host', 'host'],
    ['user', '', 'private'],
    ['user', 'host', 'host'],
    ['user', 'keep-id:uid=1', 'private'],
    ['cgroup', 'host', 'host'],
    ['cgroup', 'private', 'private'],
    ['cgroup', '', 'unknown'],
  ])('%s %j is %s', (kind, mode, resolved) => {
    const resolve = namespaceResolver([owner('a1', 'a', mode)]);

    expect(resolve('a1', kind)).toEqual({ mode, resolved, via: [] });
  });
});

describe('a namespace joined from another container', () => {
  const resolveNetwork = (owners: NamespaceOwner[], id = 'a1') =>
    namespaceResolver(owners)(id, 'network');

  it.each(['container:b2222', 'container:b', 'container:/b', 'container:b2'])(
    'finds the donor by id, name or the beginning of an id: %s',
    (mode) => {
      const fact = resolveNetwork([owner('a1', 'a', mode), owner('b2222', 'b', 'host')]);

      expect(fact).toEqual({ mode, resolved: 'host', via: ['b'] });
    },
  );

  it('is shared where the donor has its own', () => {
    const fact = resolveNetwork([owner('a1', 'a', 'container:b2'), owner('b2', 'b', 'bridge')]);

    expect(fact).toMatchObject({ resolved: 'shared', via: ['b'] });
  });

  it('follows every step', () => {
    const fact = resolveNetwork([
      owner('a1', 'a', 'container:b2'),
      owner('b2', 'b', 'container:c3'),
      owner('c3', 'c', 'host'),
    ]);

    expect(fact).toMatchObject({ resolved: 'host', via: ['b', 'c'] });
  });

  it.each<[string, NamespaceOwner[]]>([
    ['a donor that is not there', [owner('a1', 'a', 'container:zz')]],
    ['an empty reference', [owner('a1', 'a', 'container:'), owner('b2', 'b', 'host')]],
    ['itself', [owner('a1', 'a', 'container:a1')]],
    ['a circle', [owner('a1', 'a', 'container:b2'), owner('b2', 'b', 'container:a1')]],
    ['an unread donor', [owner('a1', 'a', 'container:b2'), owner('b2', 'b', null)]],
    [
      'the beginning of two ids',
      [owner('a1', 'a', 'container:b'), owner('b21', 'x', 'bridge'), owner('b22', 'y', 'host')],
    ],
  ])('is unknown for %s', (_case, owners) => {
    expect(resolveNetwork(owners).resolved).toBe('unknown');
  });

  it('prefers a full id to a name, and a name to the beginning of an id', () => {
    const others = [
      owner('bb', 'x', 'host'),
      owner('c3', 'bb', 'bridge'),
      owner('d4', 'b', 'none'),
    ];

    expect(resolveNetwork([owner('a1', 'a', 'container:bb'), ...others]).via).toEqual(['x']);
    expect(resolveNetwork([owner('a1', 'a', 'container:b'), ...others]).via).toEqual(['b']);
  });

  it('keeps the kinds apart', () => {
    const donor: NamespaceOwner = {
      id: 'b2',
      name: 'b',
      modes: { network: 'host', pid: '', ipc: 'private', uts: '', user: '', cgroup: 'private' },
    };
    const resolve = namespaceResolver([owner('a1', 'a', 'container:b2'), donor]);

    expect(resolve('a1', 'network').resolved).toBe('host');
    expect(resolve('a1', 'pid').resolved).toBe('shared');
  });

  it('reaches the end of any chain', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('host', 'private', 'container:nowhere'),
        fc.constantFrom(...KINDS),
        (length, end, kind) => {
          const owners = Array.from({ length }, (_, i) =>
            owner(`id${i}x`, `n${i}`, i === length - 1 ? end : `container:id${i + 1}x`),
          );

          const fact = namespaceResolver(owners)('id0x', kind);

          const own = length === 1 ? 'private' : 'shared';
          const expected = { host: 'host', private: own, 'container:nowhere': 'unknown' }[end];
          expect(fact.resolved).toBe(expected);
          expect(fact.via).toEqual(owners.slice(1).map(({ name }) => name));
        },
      ),
    );
  });

  it('ends for any references, and knows host or own only where one is written', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat({ max: 9 }).map((i) => `container:id${i}`),
            fc.constantFrom('host', 'private'),
          ),
          { minLength: 1, maxLength: 10 },
        ),
        (modes) => {
          const owners = modes.map((mode, i) => owner(`id${i}`, `n${i}`, mode));
          const resolve = namespaceResolver(owners);
          for (const { id } of owners) {
            const { resolved, via } = resolve(id, 'pid');
            expect(new Set(via).size).toBe(via.length);
            if (resolved === 'host') expect(modes).toContain('host');
            if (resolved === 'private') expect(via).toEqual([]);
          }
        },
      ),
    );
  });
});

describe('a way through many containers', () => {
  /** Each joins the one before it, by the beginning of its id. */
  const chain = (length: number): NamespaceOwner[] =>
    Array.from({ length }, (_, index) => {
      const before = (index - 1).toString(16).padStart(8, '0');
      const mode = index === 0 ? 'host' : `container:${before}`;
      return owner(
        index.toString(16).padStart(64, '0').slice(-8).padEnd(64, 'f'),
        `c${index}`,
        mode,
      );
    });
  const resolved = (length: number) => {
    const owners = chain(length);
    const resolve = namespaceResolver(owners);
    return owners.map(({ id }) => resolve(id, 'network'));
  };

  it('is followed through thirty-two of them', () => {
    const facts = resolved(40);

    expect(facts[32]).toMatchObject({ resolved: 'host' });
    expect(facts[32]?.via).toHaveLength(32);
    expect(facts[33]).toMatchObject({ resolved: 'unknown' });
    for (const { via } of facts) expect(via.length).toBeLessThanOrEqual(32);
  });

  it('is not looked for anew by each who takes it', () => {
    expect(growthOf(resolved, 250)).toBeLessThan(20);
  });
});
