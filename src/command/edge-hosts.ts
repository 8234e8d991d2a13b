import type { MadeEdgeKey } from '../ports/edge-store.ts';
import { UserError } from '../shared/errors.ts';
import { isoTime } from '../shared/time.ts';
import type { EdgeHostAnswer } from '../views/edge-host.ts';
import type { CommandContext, CommandRequest } from './command.ts';

/** First words of `hosts` that change which hosts dial out; no host has one for a name. */
const edgeVerbs = ['add', 'rotate', 'revoke', 'remove'] as const;
export type EdgeVerb = (typeof edgeVerbs)[number];

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u;
const LABEL = /^([\p{L}\p{N}][\p{L}\p{N}._/-]{0,62})=([\p{L}\p{N} ._@:/-]{0,128})$/u;
const LABELS_MAX = 10;

/** `hosts add|rotate|revoke|remove <name>`. Throws `UserError` for what is not possible. */
export async function changeEdgeHost(
  context: CommandContext,
  { words, isLimited }: Pick<CommandRequest, 'words' | 'isLimited'>,
): Promise<EdgeHostAnswer> {
  const [verb, name, ...labels] = words;
  if (name === undefined) throw new UserError(`“hosts ${verb}” needs the name of a host.`);
  if (isLimited) {
    throw new UserError('Hosts are added and removed where no channel limits what may be asked.');
  }
  if (verb !== 'add' && labels.length > 0) {
    throw new UserError(`“hosts ${verb}” takes one name and no more words.`, {
      correctedLine: `hosts ${verb} ${name}`,
    });
  }
  switch (verb as EdgeVerb) {
    case 'add':
      return add(context, name, labels);
    case 'revoke':
      return revoke(context, name);
    case 'rotate': {
      const host = required(context, name, await context.edges.wantRotation(name));
      return answer(context, host, 'rotating', null, [`hosts ${host}`, 'audit']);
    }
    case 'remove': {
      const host = required(context, name, await context.edges.removeEdge(name));
      return answer(context, host, 'removed', null, [`hosts add ${host}`, 'hosts']);
    }
  }
}

async function add(
  context: CommandContext,
  name: string,
  words: readonly string[],
): Promise<EdgeHostAnswer> {
  const { edges, hosts, now, actor } = context;
  const isWord = (edgeVerbs as readonly string[]).includes(name.toLowerCase());
  if (!NAME.test(name) || isWord || name.toLowerCase() === 'all') {
    throw new UserError('A host is named by a word of letters, digits and . _ -, at most 63.', {
      hint: 'Not “all”, and none of the words of this command.',
    });
  }
  const labels = readLabels(words);
  const taken = hosts.find((host) => host.name.toLowerCase() === name.toLowerCase());
  if (taken !== undefined) throw isThere(taken.name, taken.endpoint.kind === 'edge');
  const made = await makeKey(context);
  const tradeUntil = now() + made.lifeMs;
  const { secretHash } = made;
  const isAdded = await edges.addEdge({ name, labels, secretHash, tradeUntil, by: actor.id });
  if (!isAdded) throw isThere(name, true);
  const begin = { key: made.key, until: isoTime(tradeUntil) };
  return answer(context, name, 'added', begin, ['hosts', `scan on ${name}`]);
}

const isThere = (name: string, isEdge: boolean): UserError =>
  new UserError(`There is a host “${name}” already.`, {
    ...(isEdge && { hint: `For a new one-time key: hosts revoke ${name}` }),
  });

async function revoke(context: CommandContext, name: string): Promise<EdgeHostAnswer> {
  const made = await makeKey(context);
  const tradeUntil = context.now() + made.lifeMs;
  const { secretHash } = made;
  const revoked = await context.edges.revokeEdge(name, { secretHash, tradeUntil });
  const host = required(context, name, revoked);
  const begin = { key: made.key, until: isoTime(tradeUntil) };
  return answer(context, host, 'revoked', begin, ['hosts', 'audit']);
}

async function makeKey({ makeEdgeKey }: CommandContext): Promise<MadeEdgeKey> {
  if (makeEdgeKey !== null) return makeEdgeKey();
  throw new UserError('No host can dial out to this Seawall: its settings have no “edges”.', {
    hint: 'See docs/edge.md: `edges: {listen: 8443, url: wss://…}`, and start it again.',
  });
}

function required({ hosts }: CommandContext, name: string, found: string | null): string {
  if (found !== null) return found;
  const declared = hosts.find((host) => host.name.toLowerCase() === name.toLowerCase());
  if (declared === undefined || declared.endpoint.kind === 'edge') {
    throw new UserError(`No host “${name}” that dials out, or none with a key.`, {
      hint: 'hosts lists them.',
    });
  }
  throw new UserError(`“${declared.name}” is declared in the settings, and changed there.`);
}

function readLabels(words: readonly string[]): Record<string, string> {
  if (words.length > LABELS_MAX) throw new UserError(`A host has at most ${LABELS_MAX} labels.`);
  return Object.fromEntries(
    words.map((word) => {
      const [, label = '', value = ''] = LABEL.exec(word) ?? [];
      if (label !== '') return [label, value];
      throw new UserError('Labels are written as label=value.', {
        hint: 'hosts add web-7 team=shop stage=prod',
      });
    }),
  );
}

const answer = (
  { now }: CommandContext,
  name: string,
  did: EdgeHostAnswer['did'],
  begin: EdgeHostAnswer['begin'],
  next: string[],
): EdgeHostAnswer => ({ kind: 'edge-host', takenAt: isoTime(now()), name, did, begin, next });
