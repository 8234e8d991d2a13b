import { type ChatApp, openChatApp } from '../../support/chat-app.ts';
import { holdTable } from '../../support/held-table.ts';
import { isOnPostgres } from '../../support/temporary-database.ts';

const everyone = ['everyone'];
const access = { view: everyone, operate: everyone, approve: everyone };
let app: ChatApp;

beforeEach(async () => {
  app = await openChatApp({ rateLimits: false, containers: 1, access });
});
afterEach(() => app.close());

async function ask(text: string) {
  const count = app.answers.length + 1;
  await app.workspace.sendCommand({ text });
  await app.answered(count);
  return app.answers.at(-1);
}

it('what acts is given up within seconds, with nothing begun, while another program keeps the database', async () => {
  const release = isOnPostgres()
    ? (await holdTable(app.database, 'audit')).release
    : await app.database.lock();
  const askedAt = performance.now();
  const answers = [
    await ask('scan'),
    await ask('attest hardened-host-os on web-1 --reason checked --until 20d'),
  ];
  const tookMs = performance.now() - askedAt;
  await release();

  const message = expect.stringMatching(
    /^The database could not be used: others kept it to themselves for 3 seconds \(\w+\), and nothing was changed/,
  );
  const refused = { kind: 'problem', cause: 'outside', message };
  expect(answers).toMatchObject([refused, refused]);
  expect(tookMs).toBeLessThan(40_000);
  expect(app.snapshots).toEqual([]);
  expect(app.database.rows('select id from audit')).toEqual([]);
  expect(await ask('scan')).toMatchObject({ kind: 'scan' });
});
