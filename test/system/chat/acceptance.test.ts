import { isAccepted } from '../../../src/inspections/accepted.ts';
import { shortFingerprint } from '../../../src/inspections/find-finding.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import type { AnswerKind } from '../../../src/views/answer.ts';
import { askFor, typeLine } from '../../support/asking.ts';
import { type ChatApp, openChatApp, readable } from '../../support/chat-app.ts';

const approver = 'bob';
let app: ChatApp;
/** What the engine says differently from the recording. */
let alter: (snapshot: Snapshot) => Snapshot;

beforeEach(async () => {
  alter = (snapshot) => snapshot;
  app = await openChatApp({
    access: { view: ['everyone'], operate: ['everyone'], approve: ['U0BOB0000'] },
    change: ({ snapshots }) => ({
      snapshots: {
        takeSnapshot: async (host, onProgress) =>
          alter(await snapshots.takeSnapshot(host, onProgress)),
      },
    }),
  });
});
afterEach(() => app.close());

const type = (text: string, user?: string) => typeLine(app, text, user);
const ask = <K extends AnswerKind>(kind: K, text: string, user?: string) =>
  askFor(app, kind, text, user);
const channelText = () => app.workspace.messages('security').map(readable).join('\n');

/** The worst finding of a container on web-1, with a line that accepts it. */
async function worstFinding() {
  const { findings } = await ask('findings', 'findings on web-1');
  const finding = findings.find(({ subjectKind }) => subjectKind === 'container');
  if (finding === undefined) throw new Error('the recording has no finding of a container');
  const code = shortFingerprint(finding.fingerprint);
  return { finding, code, line: `accept ${code} on web-1 —reason “known risk” —until 30d` };
}

function withCapability(name: string, capability: string): typeof alter {
  return (snapshot) => {
    if (snapshot.containers.state !== 'read') throw new Error('containers are unread');
    const { read, unread } = snapshot.containers.value;
    const changed = read.map((container) =>
      container.name === name
        ? {
            ...container,
            configuredCapabilities: [...container.configuredCapabilities, capability].sort(),
          }
        : container,
    );
    return { ...snapshot, containers: { state: 'read', value: { read: changed, unread } } };
  };
}

test('a risk is accepted, hidden, shown on request, and taken back', async () => {
  const first = await ask('scan', 'scan on web-1');
  const { finding, code, line } = await worstFinding();
  const before = await ask('findings', 'findings on web-1');

  expect(await type(line)).toMatchObject({ kind: 'problem', cause: 'refused' });
  expect(await ask('accepted', line, approver)).toMatchObject({
    acceptance: { reason: 'known risk', by: 'bob', state: 'in-force' },
  });
  expect(channelText()).toContain(`unaccept ${code}`);

  const again = await ask('scan', 'scan on web-1');
  const hidden = await ask('findings', 'findings on web-1');
  const shown = await ask('findings', 'findings accepted on web-1');
  const failures = ({ scans }: typeof first) =>
    scans[0]?.results.filter(({ verdict }) => verdict === 'fail').length;

  expect(failures(again)).toBe(failures(first));
  expect(hidden.findings).toHaveLength(before.findings.length - 1);
  expect(hidden.findings.map(({ fingerprint }) => fingerprint)).not.toContain(finding.fingerprint);
  expect(hidden.acceptedCount).toBe(1);
  expect(shown.findings.map(({ fingerprint }) => fingerprint)).toEqual([finding.fingerprint]);
  expect(channelText()).toContain('1 accepted');

  expect(await type(`unaccept ${code}`)).toMatchObject({ kind: 'problem', cause: 'refused' });
  await ask('unaccepted', `unaccept ${code} on web-1`, approver);
  const back = await ask('findings', 'findings on web-1');

  expect(back.findings.map(({ fingerprint }) => fingerprint)).toContain(finding.fingerprint);
});

test('a changed capability voids it; the scan says so, and the next one as well', async () => {
  await ask('scan', 'scan on web-1');
  const { finding, line } = await worstFinding();
  await ask('accepted', line, approver);
  const [name = ''] = finding.subjects;
  const said = `${finding.rule} ${finding.subjectKey}: a capability was added: CAP_INVENTED`;

  alter = withCapability(name, 'CAP_INVENTED');
  const changed = await ask('scan', 'scan on web-1');
  expect(channelText().split(said)).toHaveLength(2);
  alter = (snapshot) => snapshot;
  const undone = await ask('scan', 'scan on web-1');

  expect(channelText().split(said)).toHaveLength(3);
  for (const { scans } of [changed, undone]) {
    const open = scans[0]?.saved?.open ?? [];
    expect(open.some(isAccepted)).toBe(false);
    expect(open.find(({ fingerprint }) => fingerprint === finding.fingerprint)).toMatchObject({
      acceptance: { state: 'voided', ended: { kind: 'voided', by: 'seawall' } },
    });
  }
  const { findings, lapsed } = await ask('findings', 'findings accepted on web-1');
  expect([findings.length, lapsed.length]).toEqual([0, 1]);
});

test('who asked what is in the audit, with before and after', async () => {
  await ask('scan', 'scan on web-1');
  const { code, line } = await worstFinding();
  await ask('accepted', line, approver);
  await ask('unaccepted', `unaccept ${code} on web-1`, approver);

  const rows = app.database.rows(
    'select who, place, verb, before_json, after_json from audit order by id',
  );

  const person = { who: 'bob (U0BOB0000)', place: 'C0SECURIT' };
  expect(rows).toMatchObject([
    { who: 'alice (U0ALICE00)', verb: 'scan', before_json: null, after_json: null },
    { ...person, verb: 'accept', before_json: null, after_json: expect.any(String) },
    {
      ...person,
      verb: 'unaccept',
      before_json: expect.any(String),
      after_json: expect.any(String),
    },
  ]);
});

test('mistakes are answered with a line that works', async () => {
  await ask('scan', 'scan on all');
  const { finding, code } = await worstFinding();
  const [name = ''] = finding.subjects;

  const unknown = await ask('problem', 'accept ffff0000ffff --reason x --until 2w', approver);
  const typo = await ask(
    'problem',
    `accept ${finding.rule} ${name}x on web-1 --reason x --until 2w`,
    approver,
  );
  const ambiguous = await ask('problem', `accept ${code} --until 1d --reason x`, approver);
  const noReason = await ask('problem', `accept ${code} on web-1`, approver);

  expect(unknown.message).toBe('No finding “ffff0000ffff” is open.');
  expect(typo.correctedLine).toBe(`accept ${code} on web-1 --reason x --until 2w`);
  expect(ambiguous.message).toBe(`“${code}” fits 2 findings.`);
  expect(ambiguous.correctedLine).toBe(`accept ${code} on web-1 --until 1d --reason x`);
  // A reason is nobody's to suggest: the form asks for it.
  expect(noReason).toMatchObject({ message: 'A reason is needed.', correctedLine: null });
});

test('why tells each rule of a container, and why it is not reported', async () => {
  await ask('scan', 'scan on web-1');
  const { finding, code, line } = await worstFinding();
  const [name = ''] = finding.subjects;
  await ask('accepted', line, approver);
  await ask('scan', 'scan on web-1');

  const { traces } = await ask('why', `why ${name} on web-1`);
  const one = await ask('why', `why ${code} on web-1`);
  const states = new Set(traces.map(({ state }) => state));

  expect(one.traces).toMatchObject([
    { state: 'accepted', scansSeen: 2, acceptances: [{ reason: 'known risk' }] },
  ]);
  expect(traces.find(({ rule }) => rule.id === finding.rule)).toMatchObject({ state: 'accepted' });
  expect([...states]).toEqual(expect.arrayContaining(['reported', 'accepted', 'pass']));
  expect(
    traces.filter(({ state }) => state === 'unknown').map(({ reason }) => reason),
  ).not.toContain(null);
});

test('a word for a manual rule makes it pass from the next scan on, until it is taken back', async () => {
  const verdicts = async () => {
    const { scans } = await ask('scan', 'scan on web-1');
    return scans[0]?.results.filter(({ rule }) => rule === 'hardened-host-os');
  };
  const line = 'attest hardened-host-os on web-1 --reason "built from our image" --until 90d';

  expect(await verdicts()).toMatchObject([
    { verdict: 'unknown', reason: expect.stringContaining('nobody has attested it') },
  ]);
  expect(await type(line)).toMatchObject({ kind: 'problem', cause: 'refused' });
  await ask('attested', line, approver);
  expect(await verdicts()).toMatchObject([
    {
      verdict: 'pass',
      evidence: expect.arrayContaining([
        expect.objectContaining({ path: 'attestation', value: 'built from our image' }),
      ]),
    },
  ]);
  await ask('attested', 'attest hardened-host-os --withdraw', approver);
  expect(await verdicts()).toMatchObject([{ verdict: 'unknown' }]);
});

test('a decision that was typed in a message is kept under the handle, of which no message tells', async () => {
  await ask('scan', 'scan on web-1');
  const { line } = await worstFinding();
  const asked = app.answers.length;
  await app.workspace.sendMention({ text: line, user: approver });
  await app.answered(asked + 1);

  expect(app.answers.at(-1)).toMatchObject({ kind: 'accepted', acceptance: { by: 'bob' } });
});
