import { openSampleEngine, type SampleEngine } from '../../../demo/sample/sample-engine.ts';
import { takeSampleFeed } from '../../../demo/sample-feed.ts';
import type { ExposureAnswer } from '../../../src/answers/exposure-answer.ts';
import { fullAccess } from '../../../src/command/access.ts';
import { runLine } from '../../../src/command/run-line.ts';
import { assembleCore, type Core } from '../../../src/programs/assemble.ts';
import { defaultPolicy } from '../../../src/rules/policy.ts';
import { answerDocument } from '../../../src/views/answer.ts';
import { terminalText } from '../../../src/views/terminal-text.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';

let database: TemporaryDatabase;
let sample: SampleEngine;
let core: Core;

beforeAll(async () => {
  database = temporaryDatabase();
  const startedAt = Date.now();
  sample = await openSampleEngine({ host: 'sample-db', startedAt, clock: () => startedAt });
  core = await assembleCore({
    hosts: [
      {
        ...{ name: 'sample-db', url: sample.url, isDefault: true, tls: undefined, labels: {} },
        evidence: 'api',
      },
    ],
    databaseUrl: database.url,
    policy: defaultPolicy,
  });
  await ask('scan');
  await takeSampleFeed(core.store, { hasNext: false });
});
afterAll(async () => {
  await core?.store.close();
  await sample?.close();
  database?.remove();
});

async function ask(text: string) {
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  const context = { ...core.context, actor, onProgress: () => {} };
  return runLine(context, { text, access: fullAccess, reference: 'a1b2' });
}
const exposed = async (text: string) => (await ask(text)) as ExposureAnswer;
const states = ({ results }: ExposureAnswer) =>
  Object.fromEntries(
    results.flatMap(({ containers, state }) => containers.map(({ name }) => [name, state])),
  );

it('shows what is affected, what is repaired, what was ignored and what never was affected', async () => {
  const fleet = { admin: 0, archive: 0, orders: 0, 'orders-replica': 0 };

  expect(states(await exposed('exposure CVE-2024-5535'))).toEqual({
    ...Object.fromEntries(Object.keys(fleet).map((name) => [name, 'vendor-says-not-affected'])),
    archive: 'affected-fix-available',
  });
  expect(states(await exposed('exposure CVE-2023-45853'))).toMatchObject({
    archive: 'affected-no-fix',
  });
  // The release of the archive gets no fixes any more: its “no” is none.
  expect(states(await exposed('exposure CVE-2024-3094'))).toMatchObject({
    archive: 'unknown',
    orders: expect.stringMatching(/not/),
  });
  expect(states(await exposed('exposure CVE-2021-44228'))).toMatchObject({ archive: 'unknown' });
});

it('has with the next morning what it did not have before', async () => {
  await takeSampleFeed(core.store, { hasNext: true });

  expect(states(await exposed('exposure CVE-2025-1094'))).toMatchObject({
    archive: 'affected-fix-available',
    orders: 'vendor-says-not-affected',
  });
  await takeSampleFeed(core.store, { hasNext: false });
  expect(states(await exposed('exposure CVE-2025-1094'))).toMatchObject({ archive: 'unknown' });
});

it('says in the answer that the records are samples', async () => {
  const text = terminalText(answerDocument(await exposed('exposure CVE-2024-5535')));

  expect(text).toContain('1 of 4 running containers is affected, a fix exists');
  expect(text).toContain('sample records, written by hand');
});
