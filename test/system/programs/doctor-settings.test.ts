import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openWorkspace, type Workspace } from '../../../demo/workspace/workspace.ts';
import { weekdays } from '../../../src/ports/digest-store.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { runHere } from '../../support/run-seawall.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
let workspace: Workspace;

beforeEach(async () => {
  workspace = await openWorkspace({ delivery: { mode: 'socket' } });
});
afterEach(() => workspace.close());

/** Lines of `doctor` but those of the engine, which nobody listens for. */
async function examine(
  settings: object,
  environment: Record<string, string> = {},
  flags: readonly string[] = [],
) {
  writeFileSync(join(folder, 'seawall.yml'), JSON.stringify({ hosts: [], ...settings }));
  const { stdout, stderr } = await runHere(['doctor', ...flags], {
    cwd: folder,
    environment: {
      ...{ DOCKER_HOST: 'tcp://127.0.0.1:1', SLACK_API_URL: workspace.apiUrl },
      ...environment,
    },
  });
  return stdout + stderr;
}
const bot = () => ({ SLACK_BOT_TOKEN: workspace.botToken });
const tokens = () => ({ ...bot(), SLACK_APP_TOKEN: workspace.appToken });

describe('of Slack, doctor', () => {
  test('finds the tokens of Socket Mode well', async () => {
    expect(await examine({}, tokens())).toMatch(/^ok {6}slack: .*Socket Mode/m);
  });

  test('says of HTTP mode that only a request shows whether the secret is right', async () => {
    const said = await examine({}, { ...bot(), SLACK_SIGNING_SECRET: 'a'.repeat(32) });
    expect(said).toMatch(/^ok {6}slack: .*first request/m);
  });

  test('says what serve would miss', async () => {
    expect(await examine({}, bot())).toMatch(/^wrong {3}slack: .*SLACK_APP_TOKEN .*must be set$/m);
    expect(await examine({}, { SLACK_APP_TOKEN: workspace.appToken })).toMatch(
      /^wrong {3}slack: .*SLACK_BOT_TOKEN must be set$/m,
    );
  });

  test('tries the app token', async () => {
    const said = await examine({}, { ...bot(), SLACK_APP_TOKEN: 'xapp-of-another' });
    expect(said).toMatch(/^wrong {3}slack: .*Slack says /m);
  });

  test('looks at each channel that is written to', async () => {
    workspace.channels.create({ name: 'old', id: 'C0OLD0000', hasBot: true });
    workspace.channels.archive('C0OLD0000');
    workspace.channels.create({ name: 'elsewhere', id: 'C0ELSEWHE', hasBot: false });
    const hosts = [{ name: 'web-1', url: 'tcp://127.0.0.1:1' }];
    const digest = { at: '08:30', timezone: 'UTC' };
    const channels = [
      { id: 'C0SECURIT', digest },
      { id: 'C0NOWHERE', digest },
      { id: 'C0OLD0000', alerts: { severity: 'high' } },
      { id: 'C0ANSWERS', hosts: ['web-1'] },
    ];
    const said = await examine({ hosts, channels, operators: { channel: 'C0ELSEWHE' } }, tokens());

    expect(said).toMatch(/^ok {6}channel C0SECURIT: .*refuses messages, C0ELSEWHE is told/m);
    expect(said).toMatch(/^wrong {3}channel C0NOWHERE: .*there is no such channel/m);
    expect(said).toMatch(/^wrong {3}channel C0OLD0000: .*archived/m);
    expect(said).toMatch(/^wrong {3}channel C0ELSEWHE: .*\/invite/m);
    expect(said).not.toContain('C0ANSWERS');
  });

  test('looks at those whose digest or alerts somebody set by command, and says who hears of trouble', async () => {
    const store = await openStore({
      url: `sqlite:${join(folder, 'data', 'seawall.db')}`,
      now: Date.now,
    });
    const schedule = { at: '08:30', days: weekdays, timezone: 'UTC' };
    const by = { actor: { id: 'U1', name: 'ada', place: 'C0NOWHERE' }, at: 1, before: null };
    for (const [channel, isOff] of [
      ['C0NOWHERE', false],
      ['C0SILENT0', true],
    ] as const) {
      await store.digests.setSchedule({ channel, schedule, isOff }, by);
    }
    const inTerminal = {
      actor: { id: 'ada', name: 'ada', place: 'terminal' },
      at: 1,
      before: null,
    };
    const alerts = { severity: 'high' as const, host: null, isOff: false };
    await store.alerts.setSetting({ channel: 'C0SECURIT', ...alerts }, inTerminal);
    await store.close();
    const said = await examine({}, tokens());
    rmSync(join(folder, 'data'), { recursive: true });

    expect(said).toMatch(/^wrong {3}channel C0NOWHERE: .*there is no such channel/m);
    expect(said).toMatch(
      /^ok {6}channel C0SECURIT: .*the log and status alone say so: name a channel/m,
    );
    expect(said).not.toContain('C0SILENT0');
  });

  test('knows nothing of channels without a token that works, or the scope', async () => {
    const settings = { operators: { channel: 'C0SECURIT' } };
    const wrong = { ...tokens(), SLACK_BOT_TOKEN: 'xoxb-of-another' };
    expect(await examine(settings, wrong)).toMatch(/^unknown channel C0SECURIT: not checked/m);

    await workspace.close();
    workspace = await openWorkspace({ delivery: { mode: 'socket' }, scopes: ['chat:write'] });
    const poor = await examine(settings, tokens());
    expect(poor).toMatch(/^unknown channel C0SECURIT: .*scope/m);
    expect(poor).toMatch(/^wrong {3}slack: .*lacks commands, app_mentions:read: seawall setup/m);
  });
});

describe('of a database that a start would change, doctor', () => {
  const path = join(folder, 'data', 'seawall.db');
  const opened = (work: (database: Database.Database) => void) => {
    const database = new Database(path);
    try {
      work(database);
    } finally {
      database.close();
    }
  };
  beforeEach(() => rmSync(join(folder, 'data'), { recursive: true, force: true }));

  test('makes none', async () => {
    const said = await examine({});
    expect(said).toContain(`ok      database: there is none yet; the next start makes ${path}\n`);
    expect(said).toMatch(/^ok {6}processes: /m);
    expect(said).toMatch(/^ok {6}disk: /m);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test('runs no migration', async () => {
    await runHere(['status'], { cwd: folder, environment: { DOCKER_HOST: 'tcp://127.0.0.1:1' } });
    expect(await examine({})).toMatch(/^ok {6}database: opens, is undamaged and up to date/m);
    const names = () => {
      let found: unknown[] = [];
      opened((database) => {
        found = database.prepare('select name from kysely_migration order by name').pluck().all();
      });
      return found;
    };
    const newest = names().at(-1);
    opened((database) =>
      database.prepare('delete from kysely_migration where name = ?').run(newest),
    );
    const before = names();

    const said = await examine({});
    expect(said).toMatch(/^ok {6}database: .*1 migration runs at the next start/m);
    expect(said).toMatch(/^unknown processes: /m);
    const withSlack = await examine({}, tokens());
    expect(withSlack).toMatch(/^unknown channels with digests or alerts by command: not read/m);
    expect(names()).toEqual(before);
  });
});

test('doctor reads the certificate of edges', async () => {
  const edges = { url: 'wss://seawall.example:8443', cert: 'missing.pem', key: 'missing.pem' };
  expect(await examine({ edges })).toMatch(/^wrong {3}edges: .*ENOENT/m);
  writeFileSync(join(folder, 'missing.pem'), 'no certificate');
  expect(await examine({ edges })).toMatch(/^wrong {3}edges: .*certificate/m);
  const plain = { url: edges.url };
  expect(await examine({ edges: plain })).toMatch(/^ok {6}edges: /m);
  expect(await examine({})).not.toContain('edges:');
});

describe('of many hosts, doctor', () => {
  const names = Array.from({ length: 18 }, (_, index) => `away-${index}`);
  const settings = { hosts: names.map((name) => ({ name, url: 'tcp://127.0.0.1:1' })) };

  beforeAll(() => rmSync(join(folder, 'data'), { recursive: true, force: true }));

  test('names in the end what is not well, and each host once', async () => {
    const said = await examine(settings);
    const wrong = said.trimEnd().split('\n').at(-1);

    expect(said.match(/^wrong /gm)).toHaveLength(names.length);
    expect(wrong).toBe(
      `${names.length} of ${names.length + 4} wrong: ${names
        .slice(0, 10)
        .map((name) => `engine ${name}`)
        .join(', ')} and ${names.length - 10} more`,
    );
    expect(said).not.toMatch(/^unknown /m);
  });

  test('tells programs the same as JSON, and each check that was not made', async () => {
    const lines = (await examine(settings)).split('\n').slice(0, names.length + 4);
    const told = JSON.parse(await examine(settings, {}, ['--json']));
    const { isWell, checks } = told;
    expect(told).toMatchObject({ answer: 'doctor', takenAt: expect.any(String) });
    const isNotMade = ({ said }: Record<string, string>) =>
      said === 'not checked: the engine does not answer';

    expect(isWell).toBe(false);
    expect(
      checks.filter(isNotMade).map(({ state, name }: Record<string, string>) => `${state} ${name}`),
    ).toEqual(names.flatMap((name) => [`unknown evidence ${name}`, `unknown clock ${name}`]));
    expect(
      checks
        .filter((check: Record<string, string>) => !isNotMade(check))
        .map(({ state, name, said }: Record<string, string>) => [state, name, said].join(' ')),
    ).toEqual(lines.map((line) => line.replace(/^(\w+) +(.*?): /, '$1 $2 ')));
  });
});
