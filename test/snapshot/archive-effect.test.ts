import { passwdFormat } from '../../src/snapshot/archive/single-file.ts';
import { archiveEffect } from '../../src/snapshot/archive-effect.ts';
import type { ContainerLook } from '../../src/snapshot/define-collector.ts';
import { foreign } from '../../src/snapshot/foreign.ts';
import { guardArchives } from '../../src/snapshot/guard-archives.ts';
import { inspectedContainer } from '../../src/snapshot/inspected-container.ts';
import { createKeeping } from '../../src/snapshot/keep-facts.ts';
import type { Outcome } from '../../src/snapshot/outcome.ts';
import { recordedReader } from '../support/recorded-reader.ts';

const bind = (Source: string, more = {}) => ({
  Type: 'bind',
  Source,
  Destination: '/d',
  ...more,
});
const volume = (Driver: string, more = {}) => ({
  Type: 'volume',
  Name: 'v',
  Driver,
  Destination: '/d',
  ...more,
});
const asked = (BindOptions?: object) => [
  { Type: 'bind', Source: '/srv/a', Target: '/d/', BindOptions },
];
const answer = (Status: string | null, Mounts: object[], Mounted: object[] | null = null) => ({
  ...(Status === null ? {} : { State: { Status } }),
  HostConfig: { Mounts: Mounted },
  Mounts,
});
type Asked = Parameters<typeof answer>;
const effect = (...parts: Asked) =>
  archiveEffect(foreign('GET /containers/{id}/json', answer(...parts)));

describe('an archive call only reads', () => {
  it.each<[string, Asked]>([
    ['where nothing is mounted', ['running', []]],
    ['where nothing is mounted and nothing runs', ['exited', []]],
    ['where nothing is mounted and the state is not told', [null, []]],
    ['where a memory is mounted, which is kept apart', ['exited', [{ Type: 'tmpfs' }]]],
    ['where a volume is mounted already', ['running', [volume('local')]]],
    ['where it has its label as well', ['running', [volume('local', { Mode: 'z' })]]],
    ['also of an engine that names no driver', ['paused', [volume('')]]],
    ['where a bind is never created', ['running', [bind('/srv/a')], asked()]],
    ['where that was said', ['running', [bind('/srv/a')], asked({ CreateMountpoint: false })]],
    ['where the source is there on every host', ['running', [bind('/proc'), bind('/var/')]]],
    ['where an image is mounted', ['running', [{ Type: 'image', Destination: '/d' }]]],
  ])('%s', (_case, parts) => {
    expect(effect(...parts)).toBeNull();
  });
});

describe('an archive call does more', () => {
  const creates = 'would create /srv/a on the host if it is missing there';
  const mounts = 'would mount what a container that does not run has at /d';
  const asks = (whom: string) => `would have ${whom} mount its volume at /d once more`;
  const labels = 'would label /etc anew for SELinux';
  const elsewhere = [{ Type: 'bind', Target: '/other' }];
  const cluster = { Type: 'cluster', Destination: '/d' };
  const unheardOf = { Type: 'new', Driver: '', Destination: '/d' };

  it.each<[string, string, Asked]>([
    ['where a bind may be created', creates, ['running', [bind('/srv/a')]]],
    [
      'where another is never created',
      creates,
      ['running', [bind('/srv/a'), bind('/srv/b', { Destination: '/other' })], elsewhere],
    ],
    [
      'where it was asked to',
      creates,
      ['running', [bind('/srv/a')], asked({ CreateMountpoint: true })],
    ],
    ['where it does not run', creates, ['exited', [bind('/srv/a')]]],
    ['where it does not run and creates nothing', mounts, ['exited', [bind('/srv/a')], asked()]],
    ['where it never ran', mounts, ['created', [volume('local')]]],
    ['where it starts again and again', mounts, ['restarting', [volume('local')]]],
    ['where nobody says whether it runs', mounts, [null, [volume('local')]]],
    ['where a plugin has the volume', asks('nfs-plugin'), ['running', [volume('nfs-plugin')]]],
    ['where the cluster has it', asks('cluster'), ['running', [cluster]]],
    ['where the kind is new', asks('new'), ['running', [unheardOf]]],
    ['where it labels', labels, ['running', [bind('/etc', { Mode: 'ro,z' })]]],
    ['where it labels for itself', labels, ['running', [bind('/etc', { Mode: 'Z' })]]],
    ['in the last of its mounts', creates, ['running', [volume('local'), bind('/srv/a')]]],
  ])('%s', (_case, expected, parts) => {
    expect(effect(...parts)).toBe(expected);
  });

  it('where the answer does not tell of mounts: that is unread, not harmless', () => {
    const silent = { State: { Status: 'running' }, HostConfig: {} };
    expect(() => archiveEffect(foreign('x', silent))).toThrow('expected a list at .Mounts');
  });
});

describe('the guard', () => {
  const path = '/containers/a1/archive';
  const engine = (mayChangeHost: boolean) => {
    const made: string[] = [];
    const reader = recordedReader();
    const look = (id: string, inspected: Outcome<object>) => ({ id, inspected }) as ContainerLook;
    const told = (mounts: object[]) => ({
      value: inspectedContainer(foreign('x', answer('running', mounts)), null, {
        ownerLabel: null,
        keep: createKeeping(),
      }),
    });
    const gone = { failure: new Error('404') };
    const containers = [look('a1', told([bind('/srv/a')])), look('b2', told([])), look('c3', gone)];
    const tell = (method: string, asked: string) => {
      made.push(`${method} ${asked}`);
      throw new Error('made');
    };
    return {
      made,
      reader: guardArchives(
        {
          ...reader,
          mayChangeHost,
          get: async (asked) => tell('GET', asked),
          readArchive: async (asked) => tell('GET', asked),
          privilegedFiles: async (asked) => tell('GET', asked),
          head: async (asked) => tell('HEAD', asked),
        },
        { containers: { value: containers } },
      ),
    };
  };
  const query = { path: '/' };

  it('lets no kind of archive call through that would change the host', async () => {
    const { reader, made } = engine(false);
    const refusal =
      /could change the host: the engine would create \/srv\/a .*; needs evidence level files/;

    await expect(reader.get(path, query)).rejects.toThrow(refusal);
    await expect(reader.head(path, query)).rejects.toThrow(refusal);
    await expect(reader.readArchive(path, query, passwdFormat)).rejects.toThrow(refusal);
    await expect(reader.privilegedFiles(path, query)).rejects.toThrow(refusal);
    expect(made).toEqual([]);
  });

  it('lets those through that only read, and all where the level allows changes', async () => {
    const harmless = engine(false);
    await expect(harmless.reader.head('/containers/b2/archive', query)).rejects.toThrow('made');
    const allowed = engine(true);
    await expect(allowed.reader.head(path, query)).rejects.toThrow('made');
    expect([...harmless.made, ...allowed.made]).toEqual([
      'HEAD /containers/b2/archive',
      `HEAD ${path}`,
    ]);
  });

  it('makes none where the container cannot be inspected', async () => {
    const { reader, made } = engine(false);
    await expect(reader.head('/containers/c3/archive', query)).rejects.toThrow('404');
    expect(made).toEqual([]);
  });
});
