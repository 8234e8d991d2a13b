import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import type { z } from 'zod';
import { isTerm, type Labelled, readTerm } from '../shared/label-terms.ts';
import { nearest } from '../shared/nearest.ts';
import { table } from '../shared/table.ts';
import type { Mistake } from './mistakes.ts';
import { type SettingsFile, settingsFile } from './settings-file.ts';

/**
 * Reads the text of the YAML file. Every mistake is added to `mistakes` with its place, and the
 * answer is then null. An empty file is a file without settings. `onlyHost` is the name of the
 * host that is watched when the file declares none.
 */
export function readSettingsFile(
  { file, text, onlyHost }: { file: string; text: string; onlyHost: string },
  mistakes: Mistake[],
): SettingsFile | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const report = (offset: number, setting: string, mistake: string): void => {
    const { line, col } = lines.linePos(offset);
    mistakes.push({ place: { file, line, column: col }, setting, text: mistake });
  };
  for (const error of document.errors) report(error.pos[0], '', error.message);
  if (document.errors.length > 0) return null;

  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    // An alias of nothing, or aliases that would fill the memory.
    report(0, '', error instanceof Error ? error.message : String(error));
    return null;
  }
  const result = settingsFile.safeParse(raw);
  const issues = [
    ...(result.success ? [] : result.error.issues.flatMap((issue) => explain(issue, raw))),
    ...findContradictions(raw, onlyHost),
  ];
  const placed = issues.map((issue) => ({ ...issue, offset: offsetOf(document, issue) }));
  for (const { offset, path, text: mistake } of placed.sort((a, b) => a.offset - b.offset)) {
    report(offset, settingName(path), mistake);
  }
  return result.success && issues.length === 0 ? result.data : null;
}

/** `hosts[1].url`; empty for the file itself. */
function settingName(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      return index === 0 ? String(part) : `.${String(part)}`;
    })
    .join('');
}

const kinds = table<string>({
  string: 'text; quote it',
  array: 'a list',
  object: 'a block of keys',
  record: 'a block of keys',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
});

function explain(issue: z.core.$ZodIssue, raw: unknown): Issue[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: `is no setting${suggest(key, knownKeys(path))}`,
      isAboutKey: true,
    }));
  }
  const value = valueAt(raw, path);
  if (value === undefined) return [{ path, text: 'is missing' }];
  if (issue.code === 'invalid_type') {
    return [{ path, text: `must be ${kinds.get(issue.expected) ?? issue.expected}` }];
  }
  if (issue.code === 'invalid_value') {
    const allowed = issue.values.map(String);
    const suggestion = typeof value === 'string' ? suggest(value, allowed) : '';
    return [{ path, text: `must be one of ${allowed.join(', ')}${suggestion}` }];
  }
  return [{ path, text: issue.message }];
}

function suggest(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** Keys that the declaration knows at a path, as the schema's own JSON form lists them. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = settingsFile.toJSONSchema({ io: 'input', unrepresentable: 'any' });
  for (const part of path) {
    const step = typeof part === 'number' ? ['items'] : ['properties', part];
    schema = valueAt(schema, step);
  }
  return Object.keys(valueAt(schema, ['properties']) ?? {});
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part)
        ? (inner as Record<PropertyKey, unknown>)[part]
        : undefined,
    value,
  );

/** Where a setting stands; of one that is missing, where the block stands that should hold it. */
function offsetOf(document: Document, { path, isAboutKey }: Issue): number {
  let node = document.contents as Node | null | undefined;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      const isKeyWanted = isAboutKey === true && index === path.length - 1;
      node = (isKeyWanted ? pair?.key : (pair?.value ?? pair?.key)) as Node | undefined;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part] as Node | undefined;
    } else {
      return offset;
    }
    offset = node?.range?.[0] ?? offset;
  }
  return offset;
}

/** A mistake at a path of the file. */
interface Issue {
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
function findContradictions(file: unknown, onlyHost: string): Issue[] {
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
