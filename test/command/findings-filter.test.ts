import type { Paging } from '../../src/ports/intent.ts';
import { read } from '../../src/shared/reading.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { currentFinding, observedContainer, scanRecord } from '../support/scan-records.ts';

const actor = { id: 'U1', name: 'U1', place: 'C1' };
let core: OwnCore;

beforeAll(async () => {
  core = await openOwnCore([silentHost('web-1', true)]);
  const finding = currentFinding({ severity: 'critical' });
  await core.store.scans.saveScan(scanRecord({ findings: [finding] }));
});
afterAll(() => core.remove());

const run = (text: string, paging?: Paging) => askLine(core, text, { actor, paging });

test.each([
  ['findings', 1],
  ['findings CRITICAL', 1],
  ['findings high', 0],
  ['findings rule No-Privileged-Container', 1],
  ['findings critical rule no-privileged-container on WEB-1', 1],
  ['findings rule no-root-user', 0],
])('“%s” finds %i', async (line, count) => {
  const answer = await run(line);

  expect(answer).toMatchObject({ kind: 'findings' });
  expect(answer.kind === 'findings' && answer.findings).toHaveLength(count);
});

test.each([
  ['findings rule', 'findings rule no-root-user'],
  ['findings rule high', 'findings rule no-root-user'],
  ['findings no-root-user', 'findings rule no-root-user'],
  ['findings accepted unknown', 'findings unknown'],
])('“%s” is a mistake, never an empty list', async (line, correctedLine) => {
  expect(await run(line)).toMatchObject({ kind: 'problem', cause: 'mistake', correctedLine });
});

test('where nothing of what was asked about is unknown, nothing is said of the rest', async () => {
  const undecided = [
    { rule: 'no-sshd', subjectKind: 'container', subjectKey: 'web', reason: 'not told' } as const,
  ];
  await core.store.scans.saveScan(scanRecord({ undecided }));
  const text = terminalText(answerDocument(await run('findings unknown low rule no-sshd')));

  expect(text).toContain('Every such check of the last scans was answered.');
});

const unjudged = [
  ...['no-added-capabilities', 'no-root-user', 'no-sensitive-mount', 'no-sshd'],
  'no-tcp-without-mtls',
];

test.each([
  ['findings unknown', unjudged],
  ['findings unknown critical', ['no-added-capabilities', 'no-tcp-without-mtls']],
  ['findings unknown high', ['no-added-capabilities', 'no-sensitive-mount']],
  ['findings unknown medium', unjudged.slice(0, 4)],
  ['findings unknown low', ['no-added-capabilities', 'no-root-user', 'no-sensitive-mount']],
  ['findings unknown medium rule no-sshd', ['no-sshd']],
  ['findings unknown low rule no-sshd', []],
])('“%s” lists what rules that may give that severity could not judge', async (line, rules) => {
  const undecided = unjudged.map((rule) => ({
    ...{ rule, subjectKind: 'container' as const, subjectKey: 'web', reason: 'not told' },
  }));
  await core.store.scans.saveScan(scanRecord({ undecided }));
  const answer = await run(line);

  const found = answer.kind === 'findings' ? answer : null;
  expect(found?.undecided?.map(({ rule }) => rule).sort()).toEqual(rules);
  expect(found?.unknown.reduce((sum, { count }) => sum + count, 0)).toBe(rules.length);
  // Without the list they are counted by the database.
  const brief = await run(line.replace(' unknown', ''), { after: null, scans: null });
  expect(brief.kind === 'findings' && brief.unknown).toEqual(found?.unknown);
});

test('what came after the last scan is said not to be judged, of now alone', async () => {
  const { store } = core;
  const watched = await store.watches.claim('web-1', { owner: 'a', leaseMs: 60_000 });
  if (watched === null) throw new Error('somebody watches it');
  const last = await store.scans.findLastScan('web-1');
  const at = Date.parse(last?.finishedAt ?? '') + 1;
  const sighting = {
    ...{ kind: 'started' as const, containerId: 'late', name: 'late', image: 'redis:7', at },
    labels: { composeProject: null, composeService: null, owner: null },
    ...{ timeNano: `${at}000001`, observed: read(observedContainer('late', { state: 'running' })) },
    ...{ exitCode: null, exec: null, execId: null },
  };
  const batch = { sightings: [sighting], mark: null, coveredUntil: null };
  await store.watches.apply('web-1', batch, watched.held);
  const shown = async (line: string) => terminalText(answerDocument(await run(line)));
  const said = '1 container on web-1 came after the last scan and is not judged yet: scan';

  expect(await shown('findings')).toContain(said);
  expect(await shown('findings unknown')).toContain(said);
  expect(await shown('findings accepted')).not.toContain('not judged');
  expect(await shown('findings at 1h')).not.toContain('not judged');
});

describe('findings of one rule', () => {
  const names = Array.from({ length: 40 }, (_, at) => `web-${String(at).padStart(2, '0')}`);
  const each = names.map((subjectKey, at) =>
    currentFinding({
      ...{ rule: 'no-root-user', severity: 'medium', subjectKey, subjects: [subjectKey] },
      fingerprint: at.toString(16).padStart(16, 'a'),
    }),
  );
  beforeAll(() => core.store.scans.saveScan(scanRecord({ findings: each })));

  test('have a line each, with the code that names it', async () => {
    const text = terminalText(answerDocument(await run('findings rule no-root-user')));

    for (const name of names) expect(text).toMatch(new RegExp(`no-root-user ${name} on web-1`));
  });

  test('come in pages where pages are turned', async () => {
    const paging = { after: null, scans: null };
    const text = terminalText(answerDocument(await run('findings rule no-root-user', paging)));

    expect(text).toContain('no-root-user web-00 on web-1');
    expect(text).not.toContain('web-39');
  });

  test('are one line beside other rules', async () => {
    const text = terminalText(answerDocument(await run('findings')));

    expect(text).toContain('web-00, web-01, web-02, web-03, web-04 and 35 more');
  });
});

test('names the rules that a list of many hosts has no room for', async () => {
  const hosts = Array.from({ length: 45 }, (_, at) => `host-${String(at).padStart(2, '0')}`);
  const fleet = await openOwnCore(hosts.map((name) => silentHost(name)));
  for (const host of hosts) {
    const findings = ['no-docker-socket-mount', 'no-privileged-container'].map((rule) =>
      currentFinding({ rule, fingerprint: rule, severity: 'critical', message: `seen on ${host}` }),
    );
    await fleet.store.scans.saveScan(scanRecord({ host, findings }));
  }
  const ask = async (text: string, paging?: Paging) =>
    terminalText(answerDocument(await askLine(fleet, text, { actor, paging })));

  const all = '▲ critical no-docker-socket-mount 45, no-privileged-container 45';
  expect(await ask('findings')).toContain(all);
  expect(await ask('findings', { after: null, scans: null })).toContain(all);
  expect(await ask('findings rule no-privileged-container')).not.toContain('no-docker-socket');
  await fleet.remove();
});
