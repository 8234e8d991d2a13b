import type { Answer } from '../../../src/views/answer.ts';
import type { ExportAnswer } from '../../../src/views/export.ts';
import { type ChatApp, openChatApp, readable, refuseSecretsInLog } from '../../support/chat-app.ts';
import { parseCsv } from '../../support/parse-csv.ts';

/** One for all that change nothing but what stands in a channel of their own. */
const apps = new Map<string, ChatApp>();
let app: ChatApp;
let channel: string;
let channels = 0;

async function open(scopes?: readonly string[]): Promise<void> {
  const name = String(scopes);
  app = apps.get(name) ?? (await openChatApp({ rateLimits: false, ...(scopes && { scopes }) }));
  apps.set(name, app);
  channels += 1;
  channel = app.workspace.channels.create({ name: `files-${channels}` }).id;
}
afterEach(() => refuseSecretsInLog(app));
afterAll(() => Promise.all([...apps.values()].map((one) => one.close())));

const posts = () => app.workspace.messages(channel).filter(({ isFromApp }) => isFromApp);
const uploads = () => posts().filter(({ files }) => files.length > 0);

async function answerTo(act: () => Promise<unknown>): Promise<Answer | undefined> {
  const count = app.answers.length + 1;
  await act();
  await app.answered(count);
  return app.answers.at(-1);
}

async function exportAs(format: string): Promise<ExportAnswer> {
  const { snapshots, workspace } = app;
  if (snapshots.length === 0) await answerTo(() => workspace.sendCommand({ text: 'scan' }));
  const answer = await answerTo(() => workspace.sendCommand({ text: `export ${format}`, channel }));
  if (answer?.kind !== 'export') throw new Error(`no export but ${JSON.stringify(answer)}`);
  return answer;
}

/** The bytes as Slack gives them to whoever may read files. */
async function contentOf(fileId: string, name: string): Promise<string> {
  const { origin } = new URL(app.workspace.apiUrl);
  const headers = { authorization: `Bearer ${app.workspace.botToken}` };
  return (await fetch(`${origin}/files/${fileId}/${name}`, { headers })).text();
}

test.each(['sarif', 'csv', 'json'])(
  'a file in %s arrives whole, below its answer',
  async (format) => {
    await open();
    const { file, rows } = await exportAs(format);
    const [upload, second] = uploads();
    const answer = posts().find(({ text }) => text.startsWith(file.name));

    expect(second).toBeUndefined();
    expect(upload).toMatchObject({ files: [{ title: file.name }], thread_ts: answer?.ts });
    expect(await contentOf(upload?.files[0]?.id ?? '', file.name)).toBe(file.text);
    expect(rows).toBeGreaterThan(10);
    if (format === 'csv') expect(parseCsv(file.text)).toHaveLength(1 + rows);
    expect(app.workspace.violations).toEqual([]);
  },
);

test('files that are asked for at once all arrive', async () => {
  await open();
  await exportAs('json');
  const count = app.answers.length + 3;
  await Promise.all(
    ['sarif', 'csv', 'json'].map((format) =>
      app.workspace.sendCommand({ text: `export ${format}`, channel }),
    ),
  );
  await app.answered(count);

  expect(uploads()).toHaveLength(4);
});

test('a mention gets its file in the same thread', async () => {
  await open();
  await answerTo(() => app.workspace.sendMention({ text: 'export csv', channel }));

  const [upload] = uploads();
  const [answer] = posts();
  expect(upload?.thread_ts).toBeDefined();
  expect(upload?.thread_ts).toBe(answer?.thread_ts);
});

test('without the scope the answer says so, and how to get the file in a terminal', async () => {
  await open(['commands', 'chat:write', 'app_mentions:read', 'im:history']);
  const { terminalLine, file } = await exportAs('sarif');
  const shown = posts().map(readable).join('\n');

  expect(uploads()).toEqual([]);
  expect(shown).toContain(file.name);
  expect(shown).toContain('lacks the scope files:write');
  expect(shown).toContain(terminalLine);
  expect(app.log.filter((line) => line.includes('a bug'))).toEqual([]);
});

test('a file that Slack refuses is said, with the reason', async () => {
  await open();
  const method = 'files.completeUploadExternal';
  app.workspace.faults.add({ kind: 'error', error: 'restricted_action', method });
  const { terminalLine } = await exportAs('json');
  const shown = posts().map(readable).join('\n');

  expect(shown).toContain('Slack said restricted_action');
  expect(shown).toContain(terminalLine);
});

test('an upload that fails in passing is tried again', async () => {
  await open();
  const method = 'files.getUploadURLExternal';
  app.workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: 0, method });
  const { file } = await exportAs('csv');

  expect(uploads()).toMatchObject([{ files: [{ title: file.name }] }]);
});

test('where the app may not post, the answer comes privately and names the terminal', async () => {
  await open();
  const { id } = app.workspace.channels.create({ name: 'elsewhere', hasBot: false });
  const answer = await answerTo(() =>
    app.workspace.sendCommand({ text: 'export csv', channel: id }),
  );
  if (answer?.kind !== 'export') throw new Error('no export');
  const shown = app.workspace.ephemerals(id, 'alice').map(readable).join('\n');

  expect(shown).toContain(answer.file.name);
  expect(shown).toContain('files need a channel');
  expect(shown).toContain(answer.terminalLine);
});
