import { lastLineIn } from '../../src/chat/last-line.ts';
import { commands } from '../../src/programs/assemble.ts';

const thread = { channel: 'C1', threadTs: '1.1' };

async function keptOf(name: string, line: string, flags: Record<string, string> = {}) {
  const kept: string[] = [];
  const lines = {
    last: async () => null,
    keep: async (_place: unknown, said: string) => void kept.push(said),
  };
  const lastLine = lastLineIn(lines, thread, () => 0);
  const command = commands.find((one) => one.name === name);
  if (command === undefined) throw new Error(`no command “${name}”`);
  const words = line.split(' ').slice(1);
  lastLine?.hear(command, { line, words, flags } as Parameters<
    NonNullable<typeof lastLine>['hear']
  >[1]);
  await lastLine?.keep({ kind: 'help' } as Parameters<NonNullable<typeof lastLine>['keep']>[0]);
  return kept;
}

test.each([
  ['findings', 'findings critical on web1', {}, 'findings critical on web1'],
  ['findings', 'findings', { by: 'rule' }, 'findings --by rule'],
  ['explain', 'explain seccomp', {}, 'explain seccomp'],
  ['scan', 'scan on web1', {}, 'scan on web1'],
  // What somebody wrote stays where the decision is.
  ['accept', 'accept 1a2b3c4d', { reason: 'secret', until: '30d' }, 'accept 1a2b3c4d'],
])('of a conversation the last line is kept: %s', async (name, line, flags, kept) => {
  expect(await keptOf(name, line, flags)).toEqual([kept]);
});

test('no question is kept', async () => {
  expect(await keptOf('ask', 'ask what about redis?')).toEqual([]);
});
