import { isTerm, type Labelled, readTerm } from '../shared/label-terms.ts';

/** A mistake at a path of the file. */
export interface Issue {
  path: readonly PropertyKey[];
  text: string;
  /** True: the place is that of the key, which is itself the mistake. */
  isAboutKey?: boolean;
}

type Block = Readonly<Record<string, unknown>>;

/**
 * What each setting alone does not show: names given twice, two defaults, TLS where it means
 * nothing, hosts that nobody declared. Takes the file as it was written, so that these are told
 * together with all other mistakes, and passes over what has the wrong shape. `onlyHost` is watched
 * when the file declares no host.
 */
export function findContradictions(file: unknown, onlyHost: string): Issue[] {
  const hosts = blocksOf(file, 'hosts');
  const channels = blocksOf(file, 'channels');
  const known = hosts.length === 0 ? [{ name: onlyHost, labels: {} }] : hosts.flatMap(labelled);
  return [
    ...findRepeats(hosts, 'hosts', 'name'),
    ...findRepeats(channels, 'channels', 'id'),
    ...findSecondDefault(hosts),
    ...findMisplacedTls(hosts),
    ...channels.flatMap((channel, index) => findUnknownHosts(channel, index, known)),
  ];
}

function blocksOf(value: unknown, key: string): Block[] {
  const list = isBlock(value) ? value[key] : undefined;
  return Array.isArray(list) ? list.map((entry) => (isBlock(entry) ? entry : {})) : [];
}

const isBlock = (value: unknown): value is Block => typeof value === 'object' && value !== null;

function findRepeats(blocks: readonly Block[], list: string, key: string): Issue[] {
  const first = new Map<unknown, number>();
  return blocks.flatMap((block, index) => {
    const value = block[key];
    const earlier = first.get(value);
    if (typeof value !== 'string') return [];
    if (earlier === undefined) {
      first.set(value, index);
      return [];
    }
    return [{ path: [list, index, key], text: `is the same as ${list}[${earlier}].${key}` }];
  });
}

function findSecondDefault(hosts: readonly Block[]): Issue[] {
  const first = hosts.findIndex((host) => host.default === true);
  return hosts.flatMap((host, index) =>
    host.default === true && index !== first
      ? [
          {
            path: ['hosts', index, 'default'],
            text: `must be false: hosts[${first}] is the default already`,
          },
        ]
      : [],
  );
}

const findMisplacedTls = (hosts: readonly Block[]): Issue[] =>
  hosts.flatMap(({ tls, url }, index) =>
    tls !== undefined && typeof url === 'string' && !url.startsWith('tcp://')
      ? [{ path: ['hosts', index, 'tls'], text: 'has a meaning for tcp:// only', isAboutKey: true }]
      : [],
  );

/** The name and labels of a host, as far as they have the right shape. */
function labelled({ name, labels }: Block): Labelled[] {
  if (typeof name !== 'string') return [];
  const pairs = isBlock(labels) ? Object.entries(labels) : [];
  return [
    {
      name,
      labels: Object.fromEntries(
        pairs.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
      ),
    },
  ];
}

/** Names, and labels as `team=shop` or `team=shop,env=prod`. */
function findUnknownHosts(channel: Block, index: number, hosts: readonly Labelled[]): Issue[] {
  const wanted = channel.hosts;
  if (!Array.isArray(wanted)) return [];
  return wanted.flatMap((word: unknown, position) => {
    if (typeof word !== 'string' || isTerm(readTerm(word, hosts))) return [];
    const mistake = word
      .split(',')
      .map((part) => readTerm(part, hosts))
      .find((read) => !isTerm(read));
    if (mistake === undefined || isTerm(mistake)) return [];
    const path = ['channels', index, 'hosts', position];
    if (mistake.kind === 'unclear') {
      const [first] = mistake.labels;
      return [
        { path, text: `means more than one label; write ${first?.key}=${first?.value}, say` },
      ];
    }
    const isLabel = mistake.kind === 'no-label';
    const suggestion = mistake.near === null ? '' : `; did you mean ${mistake.near}?`;
    return [
      { path, text: `${isLabel ? 'is a label of no host' : 'is no declared host'}${suggestion}` },
    ];
  });
}
