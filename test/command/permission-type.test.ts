import { type Command, defineCommand } from '../../src/command/command.ts';
import { commands } from '../../src/programs/assemble.ts';

const complete = {
  name: 'nothing',
  task: 'ask',
  summary: 'Do nothing',
  usage: 'nothing',
  examples: ['nothing'],
  permission: 'view',
  words: { minimum: 0, maximum: 0 },
  takesHost: false,
  run: () => Promise.reject(new Error('never called')),
} as const satisfies Command;
const { permission: _, ...unpermitted } = complete;

test('a command without a permission, or with one that there is not, does not compile', () => {
  // @ts-expect-error: the compiler demands the permission
  const withoutPermission = defineCommand(unpermitted);
  // @ts-expect-error: there are three permissions
  const withAnother = defineCommand({ ...complete, permission: 'everything' });

  expect(defineCommand(complete).permission).toBe('view');
  expect([withoutPermission.permission, withAnother.permission]).toEqual([undefined, 'everything']);
});

test('a command that says who writes its audit needs more than a look', () => {
  const silent = commands.filter(({ audit }) => audit !== undefined);

  expect(silent.map(({ permission }) => permission)).not.toContain('view');
  expect(silent.map(({ name }) => name)).not.toContain('scan');
});
