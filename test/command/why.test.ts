import { fullAccess } from '../../src/command/access.ts';
import { runLine } from '../../src/command/run-line.ts';
import type { Control } from '../../src/controls/control.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { severities } from '../../src/rules/rule.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import type { WhyAnswer } from '../../src/views/why.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const user: Control = {
  ...{ control: 'user', configured: '1000', effective: '1000', source: 'measured' },
  ...{ at: morning(0), verdict: 'enforced', note: null, evidence: 'GET /containers/{id}/top' },
};
let database: TemporaryDatabase;
let core: Core;

beforeAll(async () => {
  database = temporaryDatabase();
  const host = { url: 'tcp://127.0.0.1:1', tls: undefined, labels: {}, evidence: 'api' as const };
  core = await assembleCore({
    hosts: [{ ...host, name: 'web-1', isDefault: true }],
    databaseUrl: database.url,
    policy: defaultPolicy,
  });
  await core.context.store.saveScan(
    scanRecord({
      ...{ startedAt: morning(0), finishedAt: morning(0) },
      containers: [
        { ...observedContainer('aa'.padEnd(64, '0'), { name: 'web' }), controls: [user] },
      ],
      findings: [
        currentFinding({ rule: 'memory-limit', severity: 'low' }),
        currentFinding({ rule: 'no-public-port', severity: 'critical' }),
      ],
    }),
  );
});
afterAll(async () => {
  await core.store.close();
  database.remove();
});

async function why(text: string): Promise<{ answer: WhyAnswer; text: string }> {
  const actor = { id: 'U1', name: 'alice', place: 'terminal' };
  const now = () => Date.parse(morning(1));
  const context = { ...core.context, actor, now, onProgress: () => {} };
  const answer = await runLine(context, { text, access: fullAccess, reference: 'a1b2' });
  if (answer.kind !== 'why') throw new Error(JSON.stringify(answer));
  return { answer, text: terminalText(answerDocument(answer)).replace(/\s+/g, ' ') };
}

test('the worst stands first, whatever its rule is named', async () => {
  const { answer, text } = await why('why web');
  const ranks = answer.traces.map(({ severity }) => severities.indexOf(severity));

  expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
  expect(text.indexOf('no-public-port')).toBeLessThan(text.indexOf('memory-limit'));
});

test('a pass names the facts that decided it', async () => {
  const { answer, text } = await why('why no-privileged-container web');

  expect(answer.traces).toMatchObject([
    { state: 'pass', evidence: [{ path: 'HostConfig.Privileged', value: false }] },
  ]);
  expect(text).toContain('Facts: HostConfig.Privileged = false (GET /containers/{id}/json)');
});

test('what was judged by more than is stored says what its configuration tells, and what is missing', async () => {
  const { answer } = await why('why web');
  const untold = answer.traces.filter(({ state }) => state === 'pass-or-not-applicable');

  expect(untold.length).toBeGreaterThan(5);
  for (const { reason } of untold) {
    expect(reason).toMatch(
      /it was judged with [a-z, A-Z]+ as well, which is not stored$|^by its stored facts alone it would fail: |^it cannot be judged again/,
    );
  }
  const root = untold.find(({ rule }) => rule.id === 'no-root-user');
  expect(root?.evidence).toEqual([
    { path: 'user (configured)', value: '1000', source: 'GET /containers/{id}/json' },
    { path: 'user (effective)', value: '1000', source: 'GET /containers/{id}/top' },
  ]);
});
