import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { openWorkspace, type Workspace } from '../../demo/workspace/workspace.ts';
import { sparingNode } from '../support/sources.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const script = resolve('scripts/judge-live.ts');
const golden = resolve('test/views/golden');
let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace({ delivery: { mode: 'socket' }, rateLimits: false });
});
afterAll(() => workspace.close());

async function judge(environment: NodeJS.ProcessEnv, ...words: string[]) {
  const child = spawn(process.execPath, [script, ...words], {
    env: { ...sparingNode, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
const slack = () => ({ SLACK_BOT_TOKEN: workspace.botToken, SLACK_API_URL: workspace.apiUrl });

test('every golden message is judged, and where one is refused it is said', async () => {
  cpSync(golden, folder, { recursive: true });
  const messages = readdirSync(folder).reduce((sum, file) => {
    const { thread } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return sum + 1 + thread.length;
  }, 0);
  const header = { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } };
  const wrong = { message: { text: 'a', blocks: [header] }, thread: [] };
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify(wrong));

  const [whole, one] = await Promise.all([judge(slack(), golden), judge(slack(), folder)]);

  expect(whole).toEqual({
    code: 0,
    stdout: `${messages} messages judged, 0 refused\n`,
    stderr: '',
  });
  expect(one.code).toBe(1);
  expect(one.stdout).toContain('wrong.json, message 1: /blocks/0/text/text: ');
  expect(one.stdout).toContain(`${messages + 1} messages judged, 1 refused\n`);
});

test('without a token, or where Slack fails, nothing is called judged', async () => {
  const none = await judge({}, golden);
  const [method, error] = ['blocks.validate', 'fatal_error'];
  workspace.faults.add({ kind: 'error', error, method, count: 1 });
  const failed = await judge(slack(), golden);

  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('SLACK_BOT_TOKEN');
  expect(failed).toMatchObject({ code: 1, stdout: '' });
  expect(failed.stderr).toContain('fatal_error');
});
