import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { storeAuditVerbs } from '../../src/ports/audit-log.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

let database: TemporaryDatabase;
let core: Core;
beforeEach(async () => {
  database = temporaryDatabase();
  core = await assembleCore({ hosts: [], databaseUrl: database.url, policy: defaultPolicy });
});
afterEach(async () => {
  await core.store.close();
  database.remove();
});

const alice = { id: 'U1', name: 'alice', place: 'terminal' };
const ask = (text: string) =>
  runLine(
    { ...core.context, actor: alice, onProgress: () => {} },
    { text, access: fullAccess, reference: 'a1b2' },
  );

test.each(storeAuditVerbs)('“%s” is looked for with or without quotation marks', async (verb) => {
  expect(await ask(`audit ${verb} since 7d`)).toMatchObject({ kind: 'audit', verb });
  expect(await ask(`audit refused "${verb}"`)).toMatchObject({ kind: 'audit', verb });
});

test.each([
  ['audit off', 'audit digest off'],
  ['audit accept digest off', 'audit accept'],
  ['audit digest accept', 'audit digest'],
])('%s is none, and says which', async (text, correctedLine) => {
  expect(await ask(text)).toMatchObject({ kind: 'problem', cause: 'mistake', correctedLine });
});
