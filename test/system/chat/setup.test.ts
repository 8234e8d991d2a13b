import { openWorkspace, type Workspace } from '../../../demo/workspace/workspace.ts';
import { botScopes } from '../../../src/config/slack-app.ts';
import { runProgram } from '../../../src/programs/run-program.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const open = async (scopes?: readonly string[]) => {
  workspace = await openWorkspace({
    delivery: { mode: 'socket' },
    ...(scopes !== undefined && { scopes }),
  });
};

async function setUp(
  environment: Record<string, string>,
  ...words: string[]
): Promise<{ status: number; said: string }> {
  let said = '';
  const status = await runProgram({
    arguments: ['setup', ...words],
    others: [],
    environment: { SLACK_API_URL: workspace.apiUrl, ...environment },
    cwd: '/nonexistent',
    readFile: () => null,
    guardOf: () => null,
    async *stdin() {},
    stdout: (text) => {
      said += text;
    },
    stderr: (text) => {
      said += text;
    },
  });
  return { status, said };
}
const tokens = () => ({
  SLACK_BOT_TOKEN: workspace.botToken,
  SLACK_APP_TOKEN: workspace.appToken,
});

test('without a token it says what to do, and prints the manifest of Socket Mode', async () => {
  await open();
  const { status, said } = await setUp({});

  expect(status).toBe(3);
  expect(said).toContain('1. Create the app: to do');
  expect(said).toContain('SLACK_APP_TOKEN: to do');
  expect(said).toContain('"socket_mode_enabled": true');
  expect(workspace.calls).toEqual([]);
});

test('with an address it is about HTTP mode, whose manifest has that address', async () => {
  await open();
  const { said } = await setUp({}, '--url', 'https://seawall.example/slack/events');

  expect(said).toContain('SLACK_SIGNING_SECRET: to do');
  expect(said).toContain('"request_url": "https://seawall.example/slack/events"');
});

test('with everything it sends one message, and nothing is left', async () => {
  await open();
  const { status, said } = await setUp(tokens(), '--channel', 'C0SECURIT');

  expect(said).toContain('Nothing is left to do');
  expect(status).toBe(0);
  expect(said).not.toContain('manifest');
  expect(workspace.messages('security').map(({ text }) => text)).toEqual([
    expect.stringContaining('Seawall can write here'),
  ]);
  expect(said).not.toContain(workspace.botToken);
  expect(said).not.toContain(workspace.appToken);
  expect(said).toContain('who switched them on in Slack is told; operators in the settings');
});

test('a channel in which the bot is not is named, with what to type', async () => {
  await open();
  const { id } = workspace.channels.create({ name: 'elsewhere', hasBot: false });
  const { status, said } = await setUp(tokens(), '--channel', id);

  expect(status).toBe(3);
  expect(said).toMatch(/test message: wrong\n.*Type .invite @seawall there/);
});

test('missing scopes are named: required ones stop it, of others it says what is lost', async () => {
  const granted = botScopes.map(({ scope }) => scope);
  await open(granted.filter((scope) => scope !== 'commands' && scope !== 'files:write'));
  const { status, said } = await setUp(tokens());

  expect(status).toBe(3);
  expect(said).toContain('Grant the scopes: wrong');
  expect(said).toContain('Missing: commands.');
  expect(said).toContain('Without files:write: ');
  expect(said).toContain('"bot_optional"');
});

test('where Slack is not reached, nothing is said of the tokens', async () => {
  await open();
  const { status, said } = await setUp(
    { ...tokens(), SLACK_API_URL: 'http://127.0.0.1:1/api/' },
    ...['--channel', 'C0SECURIT'],
  );

  expect(status).toBe(3);
  expect(said).toMatch(
    /SLACK_BOT_TOKEN: unknown\n +could not reach 127\.0\.0\.1:1 .*tokens not checked/,
  );
  expect(said).toMatch(/SLACK_APP_TOKEN: unknown\n +could not reach/);
  expect(said).not.toMatch(/wrong|Install it again|manifest/);
  expect(said).toContain('5 of 5 steps not checked');
});

test('tokens that Slack refuses are wrong, with what to do', async () => {
  await open();
  const { status, said } = await setUp({
    SLACK_BOT_TOKEN: 'xoxb-of-nobody',
    SLACK_APP_TOKEN: 'xapp-of-nobody',
  });

  expect(status).toBe(3);
  expect(said).toMatch(/SLACK_BOT_TOKEN: wrong\n.*Install it again/);
  expect(said).toMatch(/SLACK_APP_TOKEN: wrong\n.* and set SLACK_APP_TOKEN\n/);
});
