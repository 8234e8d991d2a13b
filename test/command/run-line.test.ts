import type { ProblemAnswer } from '../../src/answers/answer-base.ts';
import { accessOf, fullAccess } from '../../src/command/access.ts';
import type { CommandContext } from '../../src/command/command.ts';
import { type RequestAsked, runLine } from '../../src/command/run-line.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { unread } from '../../src/shared/reading.ts';
import { type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { observedContainer, scanRecord } from '../support/scan-records.ts';

const noGroups = () => ({ handle: null, members: unread<ReadonlySet<string>>('nobody asked') });
const actor = { id: 'U1', name: 'U1', place: 'C1' };
let core: OwnCore;
let context: CommandContext;

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true)]);
  context = { ...core.context, actor, onProgress: () => {} };
});
afterEach(() => core.remove());

const asked: Pick<RequestAsked, 'access' | 'reference'> = {
  ...{ access: fullAccess, reference: 'a1b2' },
};

test('a mistake offers its corrected line as the next one', async () => {
  expect(await runLine(context, { ...asked, text: 'hlep' })).toMatchObject({
    kind: 'problem',
    cause: 'mistake',
    correctedLine: 'help',
    next: ['help', 'help'],
    reference: null,
  });
});

test.each([
  ['bug', new TypeError('secret detail'), 'Something went wrong in Seawall itself.'],
  [
    'outside',
    new OutsideError('engine-timeout', '10 s'),
    'The engine did not answer in time: 10 s',
  ],
])('a failure is a %s with its reference', async (cause, error, message) => {
  const failures: unknown[] = [];
  const failing = { ...context.store, listOpenFindings: () => Promise.reject(error) };

  const answer = await runLine(
    { ...context, store: failing },
    { ...asked, text: 'findings', onFailure: (failure, why) => failures.push(failure, why) },
  );

  expect(answer).toMatchObject({ kind: 'problem', cause, message, reference: 'a1b2' });
  expect(failures).toEqual([error, cause]);
});

test('whoever may not is told who may, before anything runs', async () => {
  const rulesOfAccess = { view: ['everyone'], operate: ['U2'], approve: ['U3'] };
  const access = accessOf(rulesOfAccess, { user: 'U1', channel: 'C1' }, noGroups);
  const ran: string[] = [];

  const answer = await runLine(context, {
    ...asked,
    access,
    text: 'scan',
    beforeRun: async ({ name }) => {
      ran.push(name);
      return null;
    },
  });

  expect(answer).toMatchObject({ cause: 'refused', hint: 'Those who may: U2, U3.' });
  expect(ran).toEqual([]);
});

test.each([
  [{ view: ['everyone'], operate: [], approve: [] }, [true, false, false]],
  [{ view: [], operate: ['U1'], approve: [] }, [true, true, false]],
  [{ view: [], operate: [], approve: ['C1'] }, [true, true, true]],
  [{ view: ['U2', 'C2'], operate: ['U2'], approve: ['U2'] }, [false, false, false]],
])('access %j', (granted, allowed) => {
  const access = accessOf(granted, { user: 'U1', channel: 'C1' }, noGroups);
  const levels = ['view', 'operate', 'approve'] as const;

  expect(levels.map((level) => access(level).isAllowed)).toEqual(allowed);
});

describe('in a channel that is about one host', () => {
  beforeEach(() => {
    const [web] = context.hosts;
    if (web === undefined) throw new Error('no host');
    const other = { ...web, name: 'payroll-db', labels: { env: 'payroll' }, isDefault: false };
    context = {
      ...context,
      hosts: [{ ...web, labels: { env: 'shop' } }, other],
      channels: [{ id: 'C1', hosts: ['web-1'], digest: null }],
    };
  });
  const everyone = { view: ['everyone'], operate: ['everyone'], approve: ['everyone'] };
  const access = accessOf(everyone, { user: 'U1', channel: 'C1' }, noGroups);
  const answer = (text: string) => runLine(context, { ...asked, access, text });

  test.each([
    'findings on zzzzzz',
    'findings on payroll-dbs',
    'findings on env=shops',
    'findings on env',
    'scan payroll-db',
    'hosts rotate payrol-db',
    'findings on zzzzzz at 3h',
  ])('a mistake names no other: %s', async (text) => {
    const said = await answer(text);
    expect(said).toMatchObject({ kind: 'problem', cause: 'mistake' });
    const { message, hint, correctedLine } = said as ProblemAnswer;
    const unsaid = [message, hint, correctedLine]
      .join(' ')
      .replaceAll(text.split(' ').at(-1) ?? '', '');
    expect(unsaid).not.toMatch(/payroll/);
  });

  test('a word that means more than one thing stays a mistake, which names no other meaning', async () => {
    const [web, other] = context.hosts;
    if (web === undefined || other === undefined) throw new Error('no hosts');
    context = { ...context, hosts: [web, { ...other, labels: { customer: 'shop' } }] };

    const said = await answer('findings on shop');
    expect(said).toMatchObject({ kind: 'problem', cause: 'mistake' });
    expect(JSON.stringify(said)).not.toMatch(/customer/);
  });

  test('whose hosts are all gone, a mistake says so', async () => {
    context = { ...context, channels: [{ id: 'C1', hosts: ['web-9'], digest: null }] };
    const none = 'This channel is about hosts of which none is declared now.';

    expect(await answer('findings')).toMatchObject({ message: none });
    expect(await answer('findings on zzzzzz')).toMatchObject({ hint: none });
  });

  test('a host of it is found, and corrected', async () => {
    expect(await answer('findings on web-11')).toMatchObject({
      correctedLine: 'findings on web-1',
    });
    expect(await answer('findings on zzzzzz')).toMatchObject({
      hint: 'Hosts: web-1; “all” means every one. Labels: env=shop.',
    });
  });

  test('what others say is in images is not forgotten, nor named', async () => {
    const list = { imageId: `sha256:${'a'.repeat(64)}`, imageName: 'secret-db:1' };
    const forgotten: string[] = [];
    const imageLists = {
      ...context.imageLists,
      list: async () => [list] as never,
      forget: async (id: string) => {
        forgotten.push(id);
        return [];
      },
    };
    context = { ...context, imageLists };
    for (const text of ['images forget nothing', 'images forget secret-db:1']) {
      const said = await answer(text);
      expect(said).toMatchObject({ cause: 'mistake' });
      expect(JSON.stringify(said)).not.toContain('secret-db');
    }
    expect(forgotten).toEqual([]);
  });
});

test.each([
  ['findings', ['findings']],
  ['scan', []],
  ['hlep', []],
])('of questions alone turns are kept: %s', async (text, waited) => {
  const turns: string[] = [];

  await runLine(context, {
    ...asked,
    text,
    inTurn: (work) => {
      turns.push(text);
      return work();
    },
  });

  expect(turns).toEqual(waited);
});

test.each([
  'compare web-1 and web-2',
  'compare web-1 with web-2',
  'compare web-1 vs web-2',
  'compare web-1 against web-2',
])('%s means the two hosts', async (text) => {
  const [one] = context.hosts;
  if (one === undefined) throw new Error('there is no host');
  const hosts = [one, { ...one, name: 'web-2', isDefault: false }];

  const answer = await runLine({ ...context, hosts }, { ...asked, text });

  expect(answer).toMatchObject({ kind: 'compare', understood: { line: 'compare web-1 web-2' } });
});

test('a mistake behind which hosts are joined stays one', async () => {
  expect(
    await runLine(context, { ...asked, text: 'containers rot on web-1 and web-1' }),
  ).toMatchObject({ kind: 'problem', cause: 'mistake' });
});

test.each([
  ['secrets', 'containers env-secret'],
  ['version', 'status'],
  ['grade', 'posture'],
  ['privileged', 'containers privileged'],
])('one word that is no command, %s, means %s', async (text, line) => {
  expect(await runLine(context, { ...asked, text })).toMatchObject({ understood: { line } });
});

test.each(['nonsense', 'xyzzy', 'hlep'])('%s alone stays a mistake', async (text) => {
  expect(await runLine(context, { ...asked, text })).toMatchObject({ cause: 'mistake' });
});

describe('a container where none is taken', () => {
  beforeEach(async () => {
    await core.context.store.saveScan(
      scanRecord({ containers: [observedContainer('aa'.padEnd(64, '0'), { name: 'shop' })] }),
    );
  });
  const correctionOf = async (text: string, access: typeof asked.access = fullAccess) => {
    const answer = await runLine(context, { ...asked, access, text });
    return answer.kind === 'problem' ? answer.correctedLine : answer.kind;
  };

  test.each([
    ['findings shop', 'inspect shop'],
    ['findings on shop', 'inspect shop'],
    ['findings critical shop', 'inspect shop'],
    ['containers shop', 'inspect shop'],
    ['scan shop', 'inspect shop'],
    ['posture shop', 'inspect shop'],
    ['history shop', 'inspect shop'],
    ['compare shop web-1', 'inspect shop'],
    ['controls on shop', 'controls shop'],
    ['isolation on shop', 'isolation shop'],
    // Nothing that is known is near.
    ['findings shops', null],
    // A better correction stays.
    ['findings crit', 'findings critical'],
  ])('%s is corrected to %s', async (text, corrected) => {
    expect(await correctionOf(text)).toBe(corrected);
  });

  test('is not told to whoever may not ask', async () => {
    const granted = { view: [], operate: [], approve: [] };
    const nobody = accessOf(granted, { user: 'U1', channel: 'C1' }, noGroups);

    expect(await correctionOf('findings shop', nobody)).toBeNull();
  });
});

test('“it” is what the line before names, and decides nothing', async () => {
  const containers = [observedContainer('aa'.repeat(32), { name: 'redis' })];
  await core.context.store.saveScan(scanRecord({ containers }));
  const previousLine = async () => 'inspect redis';
  const below = (text: string) => runLine({ ...context, previousLine }, { ...asked, text });

  const answer = await below('is it privileged?');
  expect(answer).toMatchObject({ kind: 'inspect', understood: { line: 'inspect redis' } });
  expect(await below('which containers run as root, and is it bad?')).toMatchObject({
    understood: { line: 'containers root' },
  });
  expect(await below('approve it')).toMatchObject({ kind: 'ask' });
  // Nothing is asked by these.
  for (const said of ['thanks, got it', 'ok, it is fine', 'it is slow today']) {
    expect(await below(said)).toMatchObject({ kind: 'ask' });
  }
  expect(await below('show it')).toMatchObject({ kind: 'inspect' });
  // Not with all that are old.
  expect(await below('is it older than a year?')).toMatchObject({ kind: 'ask' });
  expect(await runLine(context, { ...asked, text: 'is it privileged?' })).toMatchObject({
    understood: { line: 'containers privileged' },
  });
});

test('who stopped a container is said to be unknown, beside what is known of it', async () => {
  const containers = [observedContainer('aa'.repeat(32), { name: 'redis' })];
  await core.context.store.saveScan(scanRecord({ containers }));

  for (const text of ['who stopped redis?', 'wer hat redis angehalten?']) {
    expect(await runLine(context, { ...asked, text })).toMatchObject({
      kind: 'inspect',
      understood: {
        line: 'inspect redis',
        remark: expect.stringContaining('Docker does not tell'),
      },
    });
  }
  const { understood } = (await runLine(context, { ...asked, text: 'show me redis' })) as {
    understood?: object;
  };
  expect(understood).not.toHaveProperty('remark');
});

test('what stands at a place of the list before is asked back, not guessed', async () => {
  const previousLine = async () => 'findings critical';
  const below = (text: string) => runLine({ ...context, previousLine }, { ...asked, text });

  for (const text of ['the second one', 'show me more', 'why that one?']) {
    expect(await below(text)).toMatchObject({
      ...{ kind: 'ask', asks: 'listed', next: ['findings critical'] },
    });
  }
  expect(await runLine(context, { ...asked, text: 'the second one' })).not.toMatchObject({
    asks: 'listed',
  });
});

test('“this or that” is asked back with a line for each, since one line lists what is both', async () => {
  const text = 'which containers are privileged or mount the docker socket?';

  expect(await runLine(context, { ...asked, text })).toMatchObject({
    kind: 'ask',
    lines: [
      { line: 'containers privileged' },
      { line: 'containers docker-socket' },
      { line: 'containers privileged docker-socket' },
    ],
  });
});
