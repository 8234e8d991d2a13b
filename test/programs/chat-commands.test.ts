import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runHere } from '../support/run-seawall.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const cwd = makeTemporaryFolder();
const feedless = makeTemporaryFolder();
const copies = makeTemporaryFolder();
const run = (...words: string[]) => runHere(words, { cwd, environment: {} });

beforeAll(() => {
  writeFileSync(
    join(cwd, 'seawall.yml'),
    `hosts: [{name: web-1, url: 'tcp://127.0.0.1:1'}]
channels:
  - {id: C0SETTING, alerts: {severity: high}, digest: {at: '08:30', timezone: Europe/Berlin}}
`,
  );
});

it('knows in the terminal what the settings say of channels', async () => {
  expect((await run('status')).stdout).toMatch(/Next digest in #C0SETTING: .*Europe\/Berlin/);
  expect((await run('digest', 'in', 'C0SETTING')).stdout).toContain('From the settings file');
  expect((await run('alerts', 'in', 'C0SETTING')).stdout).toContain('Alerts are on');
});

it.each([['--help'], ['-h']])(
  'tells with %s of a chat command what that one takes',
  async (flag) => {
    const { stdout, status } = await run('scan', flag);

    expect(stdout).toContain('Usage: scan [deep]');
    expect(status).toBe(0);
    expect((await run('backup', flag)).stdout).toContain('Usage: seawall backup');
    expect((await run(flag)).stdout).toContain('Chat commands');
  },
);

it.each([['--help'], ['-h']])('takes %s for a word behind a question', async (flag) => {
  const question = ['ask', 'what', 'does', 'docker', 'run', flag];
  const { stdout } = await run(...question, '--json');

  expect(JSON.parse(stdout)).toMatchObject({ question: `what does docker run ${flag}` });
  expect((await run('ask', flag)).stdout).toContain('Usage: seawall ask');
  expect((await run('findings', 'critical', flag)).stdout).toContain('Chat commands');
});

it.each([
  ['manifest', '--json'],
  ['backup', '--fail-on', 'high', 'copy.db'],
  ['doctor', '--fail-on', 'low'],
  ['completion', 'bash', '--json'],
])('refuses an option that a program would not hear: %s %s', async (name, ...words) => {
  const { stdout, stderr, status } = await run(name, ...words);
  const [option] = words.filter((word) => word.startsWith('--'));

  expect(stderr).toContain(`error: ${name} has no option ${option}`);
  expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
  expect(readdirSync(cwd)).not.toContain('copy.db');
});

it.each([
  [
    '--json is not heard by ask --plan',
    '--plan',
    '--json',
    'which',
    'containers',
    'run',
    'as',
    'root',
  ],
  ['--fail-on is not heard by ask --misses', '--misses', '--fail-on', 'high'],
  ['--json is not heard by ask --forget', '--json', '--forget', '1'],
  ['--keep is not heard by ask --misses', '--misses', '--keep', 'why?'],
  ['--known needs --plan', '--known', 'names.json', 'why?'],
  ['ask --misses takes no question', '--misses', 'why?'],
])('says that %s', async (problem, ...words) => {
  const { stdout, stderr, status } = await run('ask', ...words);

  expect(stderr).toContain(`error: ${problem}\n`);
  expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
});

it.each([
  ['a database that is none', { DATABASE_URL: 'sqlite:no/such/folder/a.db' }, [], 'outside', 3],
  ['settings with a mistake', { DATABASE_URL: 'mysql://a' }, [], 'mistake', 2],
  ['an option with a mistake', {}, ['--fail-on', 'worst'], 'mistake', 2],
  ['a value of an option that has none', {}, ['--json=1'], 'mistake', 2],
])('gives %s as data, too', async (_what, environment, more, cause, exitCode) => {
  const words = ['findings', '--json', ...more];
  const { stdout, stderr, status } = await runHere(words, { cwd, environment });

  expect(status).toBe(exitCode);
  const { message, ...problem } = JSON.parse(stdout);
  expect(problem).toMatchObject({ answer: 'problem', takenAt: expect.any(String), cause });
  expect(stderr).toContain(message);
});

it('tells what came of a backup, of putting it back, of migrations and of the setup as data', async () => {
  const place = join(copies, 'copy.db');
  await run('status');
  const told = async (...words: string[]) => JSON.parse((await run(...words, '--json')).stdout);

  expect(await told('backup', place)).toMatchObject({ answer: 'backup', file: place, removed: [] });
  expect(await told('restore', place)).toMatchObject({
    ...{ answer: 'restore', file: place, kept: expect.stringContaining('before-') },
    takenAt: expect.any(String),
  });
  expect(await told('migrate')).toEqual({
    ...{ answer: 'migrate', migrated: [] },
    takenAt: expect.any(String),
  });
  expect(await told('move', 'sqlite:nowhere.db', 'postgres://a@127.0.0.1:9/b')).toMatchObject({
    ...{ answer: 'problem', cause: 'mistake' },
  });
  const { isWell, steps } = await told('setup');
  expect([isWell, steps[0]]).toMatchObject([false, { title: 'Create the app', state: 'to do' }]);
});

it('ends with 3 where a feed could not be fetched', async () => {
  const feeds = "feeds: {sources: [{name: kev, url: 'http://127.0.0.1:9/kev.json'}]}";
  writeFileSync(join(feedless, 'seawall.yml'), feeds);
  const sync = await runHere(['feeds', 'sync'], { cwd: feedless, environment: {} });

  expect(sync.status).toBe(3);
  expect(sync.stdout).toContain('Fetched 0 of 1 feed; failed: kev');
});

it('says once why a host does not answer', async () => {
  const { stdout, status } = await run('scan');

  expect(status).toBe(3);
  expect(stdout.split('refused the connection')).toHaveLength(2);
  expect(stdout).toMatch(/Coverage: 0 of \d+ checks answered \(0 pass, 0 fail\)\.\n/);
});
