import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import { assembleCore } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { temporaryDatabase } from '../support/temporary-database.ts';

test.each([
  ['team=shop', 'team=shop'],
  ['shop', 'shop'],
  ['not db', 'not db'],
  ['WEB-1', 'web-1'],
  ['web-1,db-1', 'web-1,db-1'],
  ['all', null],
])('alerts on %s are kept as they were said', async (said, kept) => {
  const database = temporaryDatabase();
  const at = (name: string, team: string) => ({
    ...{ name, url: 'tcp://127.0.0.1:1', tls: undefined, isDefault: false },
    ...{ labels: { team }, evidence: 'api' as const },
  });
  const core = await assembleCore({
    hosts: [at('web-1', 'shop'), at('db-1', 'db')],
    ...{ databaseUrl: database.url, policy: defaultPolicy, channels: [] },
  });

  const actor = { id: 'U1', name: 'alice', place: 'C0SEC' };
  const answer = await runLine(
    { ...core.context, actor, onProgress: () => {} },
    { text: `alerts on high on ${said}`, access: fullAccess, reference: 'r1' },
  );

  if (answer.kind === 'problem') throw new Error(JSON.stringify(answer));
  expect(answer).toMatchObject({ kind: 'alert-setting', inForce: { host: kept } });
  await core.store.close();
  database.remove();
});
