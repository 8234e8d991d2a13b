import { fullAccess } from '../../src/command/access.ts';
import { type RequestAsked, runLine } from '../../src/command/run-line.ts';
import type { Actor } from '../../src/findings/acceptance.ts';
import { weekdays } from '../../src/ports/digest-store.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import type { Answer, AnswerKind, AnswerOf } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { answerJson } from '../../src/views/json.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const web = currentFinding();
const batch = currentFinding({ subjectKey: 'batch' });
const down: Partial<ScanRecord> = {
  engine: null,
  containers: null,
  undecided: [{ rule: web.rule, subjectKind: 'container', subjectKey: null, reason: 'down' }],
  unreadSections: [{ section: 'engine', reason: 'connection refused' }],
};
let database: TemporaryDatabase;
let core: Core;

const openCore = (...names: string[]) => {
  const host = { url: 'tcp://127.0.0.1:1', tls: undefined, labels: {}, evidence: 'api' as const };
  return assembleCore({
    hosts: names.map((name) => ({ ...host, name, isDefault: name === 'web-1' })),
    databaseUrl: database.url,
    policy: defaultPolicy,
  });
};

beforeEach(async () => {
  database = temporaryDatabase();
  core = await openCore('web-1', 'old');
  // Containers are removed, `old` goes down, comes back empty, and leaves the settings.
  await scan(0, { containers: [container('aa', 'web'), container('bb', 'db')], findings: [web] });
  await scan(2, { containers: [container('bb', 'db')] });
  await scan(0, { host: 'old', containers: [container('cc', 'batch')], findings: [batch] });
  await scan(1, { host: 'old', ...down });
  await scan(3, { host: 'old', containers: [] });
  await core.store.close();
  core = await openCore('web-1');
});
afterEach(async () => {
  await core.store.close();
  database.remove();
});

function container(id: string, name: string, difference = {}) {
  return observedContainer(id.padEnd(64, '0'), { name, createdAt: morning(0), ...difference });
}
function scan(day: number, difference: Partial<ScanRecord> = {}) {
  const times = { startedAt: morning(day), finishedAt: morning(day) };
  return core.context.store.saveScan(scanRecord({ ...times, ...difference }));
}

/** Asks an hour after the morning of day 4. */
const ask = (
  text: string,
  more: Partial<RequestAsked> = {},
  place = 'terminal',
): Promise<Answer> => {
  const now = () => Date.parse(morning(4)) + 3_600_000;
  const actor = { id: 'U1', name: 'alice', place };
  const channels = [{ id: 'C0WEB', hosts: ['web-1'], digest: null }];
  const context = { ...core.context, channels, now, actor, onProgress: () => {} };
  return runLine(context, { text, access: fullAccess, reference: 'a1b2', ...more });
};
async function answerOf<K extends AnswerKind>(kind: K, text: string): Promise<AnswerOf<K>> {
  const answer = await ask(text);
  if (answer.kind !== kind) throw new Error(`“${text}” gave ${JSON.stringify(answer)}`);
  return answer as AnswerOf<K>;
}
const shown = async (text: string) => terminalText(answerDocument(await ask(text)));
const names = async (text: string) =>
  (await answerOf('containers', text)).containers.map(({ facts }) => facts.name);

it('lists those that run, and those that do not, now and in the past', async () => {
  await scan(3, {
    containers: [container('bb', 'db'), container('dd', 'job', { state: 'exited' })],
  });
  await scan(4, {
    containers: [
      container('bb', 'db', { state: 'exited' }),
      container('ee', 'new', { createdAt: morning(4) }),
    ],
  });

  expect(await names('containers running')).toEqual(['new']);
  expect(await names('containers stopped')).toEqual(['db']);
  expect(await names(`containers running at ${morning(3)}`)).toEqual(['db']);
  expect(await names(`containers stopped at ${morning(3)}`)).toEqual(['job']);
  expect(await names('containers stopped docker-socket')).toEqual([]);
  expect(await ask('containers running stopped')).toMatchObject({
    kind: 'problem',
    message: expect.stringContaining('both running and stopped'),
  });
});

describe('a time of day is on the clock of', () => {
  const noteOf = async (text: string, actor: Partial<Actor>) => {
    const digest = { at: '08:30', timezone: 'Europe/Berlin', days: [...weekdays] };
    const channels = [{ id: 'C0WEB', hosts: null, digest }];
    const answer = await runLine(
      {
        ...{ ...core.context, channels, now: () => Date.parse(morning(4)), onProgress: () => {} },
        actor: { id: 'U1', name: 'alice', place: 'C0OTHER', ...actor },
      },
      { text, access: fullAccess, reference: 'a1b2' },
    );
    if (answer.kind !== 'containers') throw new Error(JSON.stringify(answer));
    const told = terminalText(answerDocument(answer));
    return {
      from: answer.past?.from,
      said: /^ *The time that you typed.*$/m.exec(told)?.[0].trim(),
    };
  };

  test.each([
    [
      'the asker, where it is known',
      { timeZone: 'Asia/Tokyo', place: 'C0WEB' },
      '2026-01-04T18:10:00.000Z',
      'The time that you typed is in Asia/Tokyo: your time zone.',
    ],
    [
      'the digest of the channel',
      { place: 'C0WEB' },
      '2026-01-05T02:10:00.000Z',
      'The time that you typed is in Europe/Berlin: the time zone of this channel’s digest.',
    ],
    [
      'nobody, which is UTC',
      {},
      '2026-01-05T03:10:00.000Z',
      'The time that you typed is in UTC: no other time zone is known here.',
    ],
  ])('%s', async (_whose, actor, from, said) => {
    expect(await noteOf('containers at 3:10am', actor)).toEqual({ from, said });
  });

  test('a duration needs none', async () => {
    expect((await noteOf('containers at 3h', { place: 'C0WEB' })).said).toBeUndefined();
  });
});

describe('containers', () => {
  test.each([
    ['containers', ['db']],
    ['containers at 2026-01-02', ['db', 'web']],
    ['containers at 2026-01-02 12:00', ['db', 'web']],
    ['containers at 2d', ['db']],
    ['containers at 3d', ['db', 'web']],
    ['containers at 2025-12-31', []],
    ['containers privileged at 2026-01-02', ['db', 'web']],
    ['containers root at 2026-01-02', []],
    ['containers since 1d', ['db']],
    ['containers since 3d', ['db', 'web']],
    ['containers gone', ['web']],
    ['containers gone since 1d', []],
    ['containers gone since 3d', ['web']],
    ['containers gone at 2026-01-02', []],
    ['containers gone at 2026-01-04', ['web']],
    ['containers at 2026-01-02 on old', ['batch']],
    ['containers gone on old', ['batch']],
    ['containers on old', []],
    ['containers at 2026-01-02 on all', ['batch', 'db', 'web']],
    ['containers at 2026-01-05T06:30 on all', ['db']],
  ])('%s: %j', async (line, expected) => {
    expect((await names(line)).sort()).toEqual(expected);
  });

  it('are told with what they were, and with what nobody could see between two scans', async () => {
    // What came and went unheard is in no list.
    expect(await shown('containers gone since 1d')).toContain('0 known containers (gone) since');
    const text = await shown('containers gone since 3d');

    expect(text).toContain('was running, gone');
    expect(text).toMatch(/Not watched now: web-1\. What comes and goes there between\s+two scans/);
    expect(await shown('containers')).not.toContain('Not watched');
    expect(await ask('containers')).toMatchObject({ unwatched: null });
  });

  it('are told with what they were then, and with what became of them', async () => {
    const json = answerJson(await ask('containers at 2026-01-02 on web-1'));

    expect(json).toMatchObject({
      answer: 'containers',
      takenAt: '2026-01-05T07:00:00.000Z',
      containers: [
        { host: 'web-1', name: 'db', state: 'running', removedAt: null, isCertain: true },
        {
          host: 'web-1',
          name: 'web',
          id: 'aa'.padEnd(64, '0'),
          state: 'running',
          removedAt: morning(2),
          facets: ['privileged'],
          isCertain: false,
        },
      ],
      blind: [],
    });
    expect(await shown('containers at 2026-01-02 on web-1')).toMatch(
      /Last seen before that time, so maybe gone by then: web on web-1\./,
    );
  });

  it('that lost a property count for the time in which they had it', async () => {
    await scan(4, { containers: [{ ...container('bb', 'db'), facets: [] }] });

    expect(await names('containers privileged')).toEqual([]);
    expect(await names('containers privileged since 3d on web-1')).toEqual(['db', 'web']);
    expect(await names('containers privileged at yesterday on web-1')).toEqual(['db']);
  });
});

describe('an answer about a time in which a host could not be read', () => {
  const blind = {
    host: 'old',
    from: morning(1),
    to: morning(3),
    cause: 'connection refused',
  };

  test.each([
    'containers at 2026-01-03 on old',
    'containers since 2026-01-03 on all',
    'containers gone on old',
    'findings at 2026-01-03 on old',
    'findings since 2026-01-01 on all',
    'inspect batch',
  ])('says so: %s', async (line) => {
    const answer = await ask(line);

    expect(answerJson(answer)).toMatchObject({ blind: [blind] });
    expect(terminalText(answerDocument(answer))).toMatch(
      /Blind: old could not be read from 2026-01-02 06:00 UTC to 2026-01-04 06:00 UTC: connection\s+refused/,
    );
  });

  test.each(['containers at 2026-01-02 on old', 'containers at 2026-01-05 on old'])(
    'and not of another time: %s',
    async (line) => {
      expect(answerJson(await ask(line))).toMatchObject({ blind: [] });
    },
  );
});

describe('findings', () => {
  const found = async (line: string) =>
    (await answerOf('findings', line)).findings.map(
      ({ host, subjectKey }) => `${subjectKey} ${host}`,
    );

  test.each([
    ['findings', []],
    ['findings at 2026-01-02', ['web web-1']],
    ['findings since 3d', ['web web-1']],
    ['findings since 1d', []],
    ['findings at 2026-01-02 on all', ['batch old', 'web web-1']],
    ['findings low at 2026-01-02 on all', []],
  ])('%s: %j', async (line, expected) => {
    expect((await found(line)).sort()).toEqual(expected);
  });

  it('say how long they were open, and when they were gone', async () => {
    await scan(3, { containers: [], findings: [currentFinding({ subjects: ['a', 'b', 'c'] })] });
    await scan(4, { containers: [], findings: [currentFinding({ subjects: ['a', 'b', 'c'] })] });

    expect(answerJson(await ask('findings'))).toMatchObject({
      findings: [{ openHours: 24, containers: 3, containerHours: 72 }],
    });
    expect(await shown('findings')).toContain('open 24 h on 3 containers, 72 container-hours');
    expect(answerJson(await ask('findings at 2026-01-02'))).toMatchObject({
      findings: [{ openHours: 0, containers: 1, closedAt: morning(2) }],
    });
    expect(await shown('findings at 2026-01-02')).toContain('(gone by now)');
  });
});

describe('a host that the settings no longer declare', () => {
  it('is marked', async () => {
    expect(await shown('containers at 2026-01-02 on old')).toContain(
      'old (no longer declared in the settings) as of 25 h ago',
    );
    expect(answerJson(await ask('findings at 2026-01-02 on old'))).toMatchObject({
      hosts: [{ name: 'old', isRetired: true }],
    });
  });

  it('is named where it was left out', async () => {
    expect(await shown('containers at 2026-01-02')).toContain(
      'No longer declared in the settings, and left out: old.',
    );
    expect(await shown('containers')).not.toContain('No longer declared');
  });

  it('can only be asked about its past', async () => {
    expect(await ask('scan on old')).toMatchObject({
      kind: 'problem',
      message: '“old” is no longer declared in the settings: only its past is known.',
      correctedLine: 'containers since 7d on old',
    });
    expect(await ask('containers on odl')).toMatchObject({ correctedLine: 'containers on old' });
  });

  it('is not told of in a channel that is about others', async () => {
    const inChannel = {
      access: () => ({ isAllowed: true, isPersonal: false, whoCanHelp: '' }),
    };

    expect(await ask('containers at 2026-01-02 on old', inChannel, 'C0WEB')).toMatchObject({
      kind: 'problem',
      cause: 'refused',
    });
    expect(await ask('inspect batch', inChannel, 'C0WEB')).toMatchObject({ kind: 'problem' });
    const all = await ask('containers at 2026-01-02 on all', inChannel, 'C0WEB');
    expect(all).toMatchObject({ past: { otherHosts: [] } });
    expect(JSON.stringify(all)).not.toContain('batch');
  });

  it('does not keep a mistake from being answered when the database fails', async () => {
    const listHosts = () => Promise.reject(new OutsideError('store-failed', 'disk full'));
    core.context.past = { ...core.context.past, listHosts };

    expect(await ask('contianers on old')).toMatchObject({ cause: 'mistake' });
  });
});

describe('inspect', () => {
  it('finds what is gone by name, by id, and on a host that is gone', async () => {
    for (const line of ['inspect batch', `inspect ${'cc0000'}`, 'inspect batch on old']) {
      expect(await answerOf('inspect', line)).toMatchObject({
        host: { name: 'old', isRetired: true },
        container: { facts: { name: 'batch' }, removedAt: morning(3), lastSeen: morning(0) },
        findings: [],
        lastFindings: [{ subjectKey: 'batch' }],
        next: [],
      });
    }
    expect(await shown('inspect batch')).toContain('When it was last seen: 1 high');
  });

  it('takes the newest of several, and names the others', async () => {
    await scan(3, { containers: [container('dd', 'web', { createdAt: morning(3) })] });
    await scan(4, { containers: [] });

    expect(await answerOf('inspect', 'inspect web')).toMatchObject({
      container: { facts: { id: 'dd'.padEnd(64, '0') } },
      namesakes: [{ host: 'web-1', id: 'aa'.padEnd(64, '0'), removedAt: morning(2) }],
    });
    expect(await shown('inspect web')).toContain('Others of this name that are gone: aa0000000000');
  });
});

describe('a time that is none', () => {
  test.each([
    ['containers at 2030-01-01', 'containers at 24h'],
    ['containers privileged at 2030-01-01T03:00 on old', 'containers privileged at 24h on old'],
    ['findings since 2030-01-01', 'findings since 24h'],
    ['containers at half-past', 'containers at 24h'],
    ['containers since 1d at 2d', 'containers at 2d'],
  ])('%s: try %s', async (line, correctedLine) => {
    const answer = await ask(line);

    expect(answer).toMatchObject({ kind: 'problem', cause: 'mistake', correctedLine });
    expect((await ask(correctedLine)).kind).not.toBe('problem');
  });
});
