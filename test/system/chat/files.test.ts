import type { ExportAnswer } from '../../../src/views/export.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  openChatApp,
  readable,
  refuseSecretsInLog,
} from '../../support/chat-app.ts';
import { parseCsv } from '../../support/parse-csv.ts';

let app: ChatApp;
const open = async (options: ChatAppOptions = {}) => {
  app = await openChatApp({ rateLimits: false, ...options });
};
afterEach(async () => {
  refuseSecretsInLog(app);
  await app.close();
});

const security = 'C0SECURIT';
const posts = () => app.workspace.messages(security).filter(({ isFromApp }) => isFromApp);
const uploads = () => posts().filter(({ files }) => files.length > 0);

async function exportAs(format: string): Promise<ExportAnswer> {
  await app.workspace.sendCommand({ text: 'scan' });
  await app.answered(1);
  await app.workspace.sendCommand({ text: `export ${format}` });
  await app.answered(2);
  const answer = app.answers[1];
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

test('a mention gets its file in the same thread', async () => {
  await open();
  await app.workspace.sendMention({ text: 'export csv' });
  await app.answered(1);

  const [upload] = uploads();
  const [answer] = posts();
  expect(upload?.thread_ts).toBeDefined();
  expect(upload?.thread_ts).toBe(answer?.thread_ts);
});

test('without the scope the answer says so, and how to get the file in a terminal', async () => {
  await open({ scopes: ['commands', 'chat:write', 'app_mentions:read', 'im:history'] });
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
  await app.workspace.sendCommand({ text: 'export csv', channel: id });
  await app.answered(1);
  const [answer] = app.answers;
  if (answer?.kind !== 'export') throw new Error('no export');
  const shown = app.workspace.ephemerals(id, 'alice').map(readable).join('\n');

  expect(shown).toContain(answer.file.name);
  expect(shown).toContain('files need a channel');
  expect(shown).toContain(answer.terminalLine);
});
