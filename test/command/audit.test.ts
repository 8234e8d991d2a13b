import { fullAccess } from '../../src/command/access.ts';
import { runRequest } from '../../src/command/run-line.ts';
import { acceptancePreview } from '../../src/command/unlisted/acceptance-preview.ts';
import {
  acknowledge,
  alertPreview,
  assign,
  snooze,
} from '../../src/command/unlisted/alert-hands.ts';
import { decisionPreview } from '../../src/command/unlisted/decision-preview.ts';
import { storeAuditVerbs } from '../../src/ports/audit-log.ts';
import { askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';

let core: OwnCore;
beforeEach(async () => {
  core = await openOwnCore([silentHost('prod-1'), silentHost('prod-2')]);
});
afterEach(() => core.remove());

const alice = { id: 'U1', name: 'alice', place: 'terminal' };
const ask = (text: string) => askLine(core, text);

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

test.each([
  ['the form of an acceptance', acceptancePreview({ host: 'web-1', fingerprint: 'a1' })],
  ['the form of a decision', decisionPreview('attest hardened-host-os')],
  ['the form that gives an alert to somebody', alertPreview(1)],
  ['a click on an alert that is not there', acknowledge(1, false)],
  ['giving one away that is not there', assign(1, 'U1')],
  ['silencing one that is not there', snooze(1, 60_000)],
])('%s is no row of its own: what changes writes one', async (_what, parsed) => {
  const context = { ...core.context, actor: alice, onProgress: () => {} };
  await runRequest(context, () => parsed, { access: fullAccess, reference: 'a1b2' });

  expect(await ask('audit')).toMatchObject({ kind: 'audit', entries: [] });
});

test('rows are looked for by what they are about, a word of its own in any case', async () => {
  const whats = [
    ...[
      'no-root-user web on web-1',
      'no-root-user shop/web on web-2',
      'no-root-user web-2 on db-1',
    ],
    ...['CVE-2024-13176 on all', 'no_root% on db-1'],
  ];
  for (const [at, what] of whats.entries())
    await core.context.audit.record({
      ...{ at, actor: alice, verb: 'accept', outcome: 'done', what, before: null, after: null },
    });
  const about = async (name: string) => {
    const answer = await ask(`audit accept --about "${name}"`);
    return answer.kind === 'audit' ? answer.entries.map(({ what }) => what) : answer.kind;
  };

  expect(await about('WEB')).toEqual([whats[1], whats[0]]);
  expect(await about('shop/web')).toEqual([whats[1]]);
  expect(await about('web-2')).toEqual([whats[2], whats[1]]);
  expect(await about('cve-2024-13176')).toEqual([whats[3]]);
  expect(await about('no_root%')).toEqual([whats[4]]);
  expect(await about('nobody')).toEqual([]);
});

test('what was decided for every host is about each of them, and about no other name', async () => {
  const at = Date.now();
  const terms = {
    ...{ actor: alice, at, reason: 'not reachable' },
    until: new Date(at + 86_400_000).toISOString(),
  };
  const what = { vulnerability: 'CVE-2024-13176', package: 'openssl', versions: ['3.0.11-1'] };
  await core.store.exposed.accept(what, ['*'], terms);
  await core.store.exposed.accept({ ...what, package: 'zlib' }, ['prod-1'], terms);
  await core.store.acceptances.attest('hardened-host-os', ['*'], terms);
  const about = async (name: string) => {
    const answer = await ask(`audit --about ${name}`);
    return answer.kind === 'audit' ? answer.entries.map(({ what: about }) => about) : answer.kind;
  };

  const ofEvery = ['hardened-host-os on *', 'CVE-2024-13176 in openssl on every host'];
  expect(await about('prod-2')).toEqual(ofEvery);
  expect(await about('prod-1')).toEqual([
    ofEvery[0],
    'CVE-2024-13176 in zlib on prod-1',
    ofEvery[1],
  ]);
  expect(await about('prod-3')).toEqual([]);
});
