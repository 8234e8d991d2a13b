import type { Control } from '../../src/controls/control.ts';
import { severities } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import type { WhyAnswer } from '../../src/views/why.ts';
import { askFor, askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';

const user: Control = {
  ...{ control: 'user', configured: '1000', effective: '1000', source: 'measured' },
  ...{ at: morning(0), verdict: 'enforced', note: null, evidence: 'GET /containers/{id}/top' },
};
let core: OwnCore;

beforeAll(async () => {
  core = await openOwnCore([silentHost('web-1', true)]);
  await core.context.store.saveScan(
    scanRecord({
      ...{ startedAt: morning(0), finishedAt: morning(0) },
      containers: [
        { ...observedContainer('aa'.padEnd(64, '0'), { name: 'web' }), controls: [user] },
        observedContainer('cc'.padEnd(64, '0'), { name: 'shop-db-1' }),
        observedContainer('dd'.padEnd(64, '0'), { name: 'cafe' }),
        ...['1', '2'].map((number) =>
          observedContainer(number.padEnd(64, 'e'), {
            ...{ name: `shop-api-${number}`, composeProject: 'shop', composeService: 'api' },
          }),
        ),
      ],
      undecided: [
        {
          ...{ rule: 'no-privileged-container', subjectKind: 'container', subjectKey: 'shop/api' },
          reason: 'of its container shop-api-2: timed out',
        },
      ],
      findings: [
        currentFinding({ rule: 'memory-limit', severity: 'low' }),
        currentFinding({ rule: 'no-public-port', severity: 'critical' }),
        ...['memory-limit', 'no-public-port'].map((rule) =>
          currentFinding({ rule, subjectKey: 'shop/web', subjects: ['shop-web-1', 'shop-web-2'] }),
        ),
        currentFinding({ subjectKey: 'shop/db', subjects: ['shop-db-1'] }),
        currentFinding({ fingerprint: 'cafe0123', rule: 'pids-limit', subjectKey: 'queue' }),
        currentFinding({ rule: 'pids-limit', subjectKey: 'cafe' }),
      ],
    }),
  );
});
afterAll(() => core.remove());

const now = () => Date.parse(morning(1));
const ask = (text: string) => askLine(core, text, { now });

async function why(text: string): Promise<{ answer: WhyAnswer; text: string }> {
  const answer = await askFor(core, 'why', text, { now });
  return { answer, text: terminalText(answerDocument(answer)).replace(/\s+/g, ' ') };
}

test('the worst stands first, whatever its rule is named', async () => {
  const { answer, text } = await why('why web');
  const ranks = answer.traces.map(({ severity }) => severities.indexOf(severity));

  expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
  expect(text.indexOf('no-public-port')).toBeLessThan(text.indexOf('memory-limit'));
});

test.each([
  ['web', 'fix'],
  ['web', 'evidence'],
  ['shop-web-1', 'fix'],
  ['shop/web', 'fix'],
])('of the whole container %s, --%s asks which finding is meant', async (name, flag) => {
  expect(await ask(`why ${name} --${flag}`)).toMatchObject({
    kind: 'problem',
    message: `“${name}” has 2 open findings; “--${flag}” takes one of them.`,
    hint: `\`why ${name} on web-1\` shows each with the code that names it.`,
    correctedLine: expect.stringMatching(new RegExp(`^why \\S+ on web-1 --${flag}$`)),
  });
});

test('the only finding of a container needs no code, and a code is no name of a container', async () => {
  expect(await ask('why shop-db-1 --evidence')).toMatchObject({
    finding: { rule: 'no-privileged-container', subjectKey: 'shop/db' },
  });
  expect(await ask('why cafe --evidence')).toMatchObject({ finding: { subjectKey: 'queue' } });
});

test('a rule alone is its one finding', async () => {
  const { answer } = await why('why no-privileged-container');

  expect(answer.traces.map(({ rule }) => rule.id)).toEqual(['no-privileged-container']);
});

test('a pass names the facts that decided it', async () => {
  const { answer, text } = await why('why no-privileged-container web');

  expect(answer.traces).toMatchObject([
    { state: 'pass', evidence: [{ path: 'HostConfig.Privileged', value: false }] },
  ]);
  expect(text).toContain('Facts: HostConfig.Privileged = false (GET /containers/{id}/json)');
});

test('what could not be judged of one container of a service is not unknown of the others', async () => {
  const [read, unread] = await Promise.all(
    ['shop-api-1', 'shop-api-2'].map((name) => why(`why no-privileged-container ${name}`)),
  );

  expect(read?.answer.traces).toMatchObject([{ state: 'pass' }]);
  expect(unread?.answer.traces).toMatchObject([
    { state: 'unknown', reason: 'of its container shop-api-2: timed out' },
  ]);
  const [whole, part] = await Promise.all(
    ['shop-api-1', 'shop-api-2'].map((name) => ask(`inspect ${name}`)),
  );
  expect(whole).toMatchObject({ undecided: [] });
  expect(part).toMatchObject({ undecided: [{ rule: 'no-privileged-container' }] });
});

test('what was judged by more than is stored says what its configuration tells, and what is missing', async () => {
  const { answer } = await why('why web');
  const untold = answer.traces.filter(
    ({ state, reason }) => state !== 'reported' && reason?.includes('not stored'),
  );

  expect(untold.length).toBeGreaterThan(5);
  for (const { reason } of untold) {
    expect(reason).toMatch(
      /it was judged with other facts too, which are not stored: [a-z, ]+$|^by its stored facts alone it would fail: |^it cannot be judged again/,
    );
  }
  const root = untold.find(({ rule }) => rule.id === 'no-root-user');
  expect(root?.state).toBe('pass');
  expect(root?.evidence).toEqual([
    { path: 'user (configured)', value: '1000', source: 'GET /containers/{id}/json' },
    { path: 'user (effective)', value: '1000', source: 'GET /containers/{id}/top' },
  ]);
});

test('a rule that was asked by itself is the answer, with the fact that decided it', async () => {
  const { text } = await why('why no-root-user web');

  expect(text).toContain('Not reported, because it passed: ');
  expect(text).toContain('Facts: user (configured) = "1000" (GET /containers/{id}/json)');
});

test('what no scan has judged is no pass', async () => {
  const id = 'bb'.padEnd(64, '0');
  const state = await core.store.watches.claim('web-1', { owner: 'a', leaseMs: 60_000 });
  if (state === null) throw new Error('somebody else watches');
  const at = Date.parse(morning(0)) + 3_600_000;
  const observed = read(observedContainer(id, { name: 'young' }));
  const sighting = {
    ...{ kind: 'created' as const, containerId: id, name: 'young', image: 'debian:13', observed },
    labels: { composeProject: null, composeService: null, owner: null },
    ...{ at, timeNano: `${at}000001`, exitCode: null, exec: null, execId: null },
  };
  const batch = { sightings: [sighting], mark: null, coveredUntil: null };
  await core.store.watches.apply('web-1', batch, state.held);
  const { answer } = await why('why young');

  expect(answer.traces.filter(({ state: found }) => found.startsWith('pass-'))).toEqual([]);
  expect(answer.traces.find(({ rule }) => rule.id === 'no-root-user')).toMatchObject({
    state: 'unknown',
    reason: expect.stringContaining('no scan has judged it yet'),
  });
});

test('an older decision, which has the id of a person alone, names them', async () => {
  const { acceptances, audit } = core.context;
  const by = { id: 'U0CAROL00', name: 'U0CAROL00', place: 'C0SEC' };
  const terms = {
    actor: by,
    at: Date.parse(morning(1)),
    reason: 'known',
    until: '2999-01-01T00:00:00.000Z',
  };
  await acceptances.accept({ host: 'web-1', fingerprint: 'cafe0123' }, terms);
  expect((await why('why cafe0123')).text).toContain('Accepted by U0CAROL00 on');
  const entry = {
    verb: 'scan',
    outcome: 'done' as const,
    what: 'web-1',
    before: null,
    after: null,
  };
  await audit.record({ ...entry, at: terms.at, actor: { ...by, name: 'zoe (of carol)' } });
  await audit.record({ ...entry, at: terms.at, actor: { ...by, name: 'carol' } });
  await audit.record({ ...entry, at: terms.at, actor: { ...by, id: 'U0CAROL01', name: 'other' } });

  expect((await why('why cafe0123')).text).toContain('Accepted by carol on');
  const listed = terminalText(answerDocument(await ask('findings accepted')));
  expect(listed).toContain('accepted by carol until');
});
