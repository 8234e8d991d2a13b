import { matchAgain } from '../../src/inspections/match-again.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { haveLibraries, npmPackage } from '../support/having-libraries.ts';
import { having, packageOf } from '../support/having-packages.ts';
import { askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { takeExploited, takeLibraryRecords, takeRecords } from '../support/taken-feeds.ts';

let core: OwnCore;

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true)]);
  const openssl = (version: string) => packageOf('libssl3', version, 'openssl');
  const containers = [
    having('a', '12', [openssl('3.0.11-1')]),
    having('b', '12', [openssl('3.1-1')]),
  ];
  await core.store.scans.saveScan(
    scanRecord({ startedAt: morning(9), finishedAt: morning(9), containers }),
  );
});
afterEach(() => core.remove());

async function match(): Promise<void> {
  const held = await core.store.exposed.claim({ owner: 'a', leaseMs: 60_000 });
  if (held === null) throw new Error('somebody else matches');
  await matchAgain(core.store.exposed, held, Date.parse(morning(9)));
  await core.store.exposed.release(held);
}
const ask = (text: string) => askLine(core, text, { now: () => Date.parse(morning(10)) });
const shown = async (text: string) => terminalText(answerDocument(await ask(text)));

test('`surface <software>` says which versions are vulnerable, and leads to who has them', async () => {
  expect(await shown('surface openssl')).toContain('no advisory feed was compared yet');
  await takeRecords(core.store, {
    'CVE-2026-1': { package: 'openssl', fixed: '3.0.13-1', severity: 'critical' },
    'CVE-2026-2': { package: 'openssl', severity: 'low' },
    'CVE-2026-3': { package: 'zlib', severity: 'critical' },
  });
  await takeExploited(core.store, ['CVE-2026-2']);
  await takeLibraryRecords(core.store, 'npm', { 'CVE-2026-4': { package: 'lodash' } });
  await haveLibraries(
    core.store,
    { 'sha256:a': { packages: [npmPackage('lodash', '4.17.20')] } },
    morning(9),
  );
  await match();

  expect(await ask('surface openssl')).toMatchObject({
    vulnerable: [
      {
        ...{ software: 'openssl', version: '3.0.11-1', count: 2, fixable: 1, exploited: 1 },
        worst: { id: 'CVE-2026-2', severity: 'low' },
      },
      { version: '3.1-1', count: 1, fixable: 0, exploited: 1 },
    ],
    next: expect.arrayContaining(['exposure openssl']),
  });
  const text = await shown('surface openssl');
  expect(text).toContain(
    '3.0.11-1: 2 vulnerabilities, 1 with a fix, 1 exploited; worst CVE-2026-2 (low)',
  );
  expect(text).toContain('exposure openssl');
  expect(await ask('surface lodash')).toMatchObject({
    vulnerable: [{ version: '4.17.20', count: 1 }],
  });
  await takeRecords(core.store, {});
  await match();
  expect(await shown('surface openssl')).toContain('No vulnerability is known in these versions');
});

test('`findings` has one line for images with something exploited', async () => {
  const line = 'known exploited vulnerabilities: images known-exploited';
  await takeRecords(core.store, { 'CVE-2026-1': { package: 'openssl', fixed: '3.0.13-1' } });
  await match();
  expect(await shown('findings')).not.toContain(line);
  await takeExploited(core.store, ['CVE-2026-1']);
  await match();

  expect(await shown('findings')).toContain(`1 image of running containers has ${line}`);
  expect(await ask('findings critical')).toMatchObject({ exploitedImages: 1 });
  for (const other of ['findings low', 'findings rule no-root-user', 'findings accepted']) {
    expect(await ask(other)).toMatchObject({ exploitedImages: null });
  }
});

test.each([
  'why CVE-2026-1001',
  'findings CVE-2026-1001',
  'history CVE-2026-1001',
  'inspect cve-2026-1001,',
  'export csv CVE-2026-1001',
  'containers CVE-2026-1001 on web-1',
])('“%s”, which takes no vulnerability, leads to who has it', async (line) => {
  const wrong = await ask(line);

  expect(wrong).toMatchObject({ kind: 'problem', correctedLine: 'exposure CVE-2026-1001' });
  expect(await ask('exposure CVE-2026-1001')).toMatchObject({ kind: 'exposure' });
});

test.each([
  ['export csv vulnerabilities', 'export sarif vulnerabilities'],
  ['export json vulnerabilities', 'export sarif vulnerabilities'],
])('“%s” is not corrected to itself, but to %s', async (line, correctedLine) => {
  const wrong = await ask(line);

  expect(wrong).toMatchObject({ kind: 'problem', correctedLine });
});
