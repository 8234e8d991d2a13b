import { readHints } from '../../demo/hints.ts';
import { commands } from '../../src/programs/assemble.ts';
import { type ChatApp, openChatApp } from '../support/chat-app.ts';
import { createManualClock } from '../support/manual-clock.ts';

let app: ChatApp;
let hints: Awaited<ReturnType<typeof readHints>>;

beforeAll(async () => {
  // However slow the machine is, the command is not lost.
  app = await openChatApp({ scheduler: createManualClock() });
  await app.workspace.sendCommand({ text: 'scan' });
  await app.answered(1);
  hints = await readHints(app.context());
});
afterAll(() => app.close());

it('knows every command that is declared', () => {
  expect(hints.commands.map(({ name }) => name)).toEqual(commands.map(({ name }) => name));
});

it('knows which commands name a container, and which hosts, words and flags there are', () => {
  const taking = hints.commands.filter(({ takesContainer }) => takesContainer);
  const named = (name: string) => hints.commands.find((command) => command.name === name);

  expect(taking.map(({ name }) => name)).toEqual([
    'controls',
    'inspect',
    'isolation',
    'reach',
    'why',
  ]);
  expect(hints.hosts).toEqual(['web-1', 'web-2']);
  expect(hints.containers).toContain('t30-mnt-ro-root');
  expect(named('containers')?.words).toContain('docker-socket');
  expect(named('why')?.flags).toContain('evidence');
});
