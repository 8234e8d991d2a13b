import type { ScanRecord } from '../../src/ports/scan-record.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerSurface } from '../../src/surface/container-surface.ts';
import type { AnswerOf } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { answerJson } from '../../src/views/json.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { hostileAnswers } from '../support/hostile-answers.ts';
import { askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';

const down: Partial<ScanRecord> = {
  engine: null,
  containers: null,
  undecided: [
    {
      ...{ rule: 'no-privileged-container', subjectKind: 'container' as const },
      ...{ subjectKey: null, reason: 'engine: connection refused' },
    },
  ],
  unreadSections: [{ section: 'engine', reason: 'connection refused' }],
};
let core: OwnCore;

beforeEach(async () => {
  core = await openOwnCore(
    ['read', 'away', 'never', 'fresh'].map((name) => silentHost(name, name === 'read')),
  );
  const containers = [observedContainer('aa'.padEnd(64, '0'))];
  await scan('read', 1, { containers, findings: [currentFinding()] });
  await scan('away', 1, { containers: [] });
  await scan('away', 2, down);
  await scan('never', 2, down);
});
afterEach(() => core.remove());

function scan(host: string, day: number, difference: Partial<ScanRecord>) {
  const times = { startedAt: morning(day), finishedAt: morning(day) };
  return core.context.store.saveScan(scanRecord({ host, ...times, ...difference }));
}

/** Asks on the morning of day 3; nothing is scanned for it. */
const ask = (text: string) =>
  askLine(core, text, { now: () => Date.parse(morning(3)), freshWithinMs: null });
const shown = async (text: string) => terminalText(answerDocument(await ask(text)));
const data = async (text: string) => answerJson(await ask(text));

const known = { count: 1, unread: [] };
const awaySince = { host: 'away', reason: 'connection refused', since: morning(1) };
const never = { host: 'never', reason: 'connection refused', since: null };
const fresh = { host: 'fresh', reason: 'it was never scanned', since: null };

describe.each(['containers', 'findings'])('%s', (verb) => {
  test.each<[string, object]>([
    ['read', known],
    ['away', { count: null, unread: [awaySince] }],
    ['never', { count: null, unread: [never] }],
    ['fresh', { count: null, unread: [fresh] }],
    ['all', { count: 1, unread: [awaySince, never, fresh] }],
  ])('on %s as data count %j', async (host, expected) => {
    expect(await data(`${verb} on ${host}`)).toMatchObject(expected);
  });

  test.each(['away', 'never', 'fresh'])('on %s print no number', async (host) => {
    const text = await shown(`${verb} on ${host}`);

    expect(text).not.toMatch(/\b0\b/);
    expect(text).toMatch(/Unknown how many|Nothing is known yet/);
  });

  test('say of which host they are not whole, and why', async () => {
    const text = await shown(`${verb} on all`);

    expect(text).toMatch(/^1 (container|open finding), unknown now on away, never, fresh/m);
    expect(text).toContain('never could not be read 24 h ago (connection refused)');
  });

  test('before the first reading, or while nobody could read, are unknown', async () => {
    const before = await data(`${verb} at 2026-01-01T00:00 on read`);
    const dark = await data(`${verb} at 2026-01-03T12:00 on away`);

    expect(before).toMatchObject({ count: null, unread: [{ host: 'read' }] });
    expect(dark).toMatchObject({ count: null, unread: [awaySince] });
    expect(await shown(`${verb} at 2026-01-01T00:00 on read`)).toMatch(/^Unknown how many/m);
    expect(await data(`${verb} at 2026-01-02T12:00 on away`)).toMatchObject({ count: 0 });
  });
});

describe('hosts', () => {
  test('of one that was never read have no number of findings', async () => {
    const { hosts } = (await data('hosts')) as { hosts: Record<string, unknown>[] };
    const of = (name: string) => hosts.find((host) => host.name === name);

    expect(of('read')).toMatchObject({ open: { high: 1 }, unread: null });
    expect(of('away')).toMatchObject({ open: { high: 0 }, unread: { since: morning(1) } });
    expect(of('never')).toMatchObject({ open: null, accepted: null, unread: { since: null } });
    expect(of('fresh')).toMatchObject({ open: null, unread: { reason: 'it was never scanned' } });
    for (const name of ['never', 'fresh']) {
      expect(await shown(`hosts ${name}`)).not.toMatch(/\b0 (critical|high)/);
    }
  });
});

describe('surface', () => {
  test('of a host that was never read has no number', async () => {
    const { totals } = (await data('surface on all')) as { totals: Record<string, unknown>[] };
    const unread = { containers: null, software: null, packages: { count: null } };

    expect(totals).toMatchObject([
      { host: 'read', containers: 1, reason: null, packages: { count: null, unknown: 1 } },
      { host: 'away', containers: 0, reason: 'connection refused', since: morning(1) },
      { host: 'never', ...unread, reason: 'connection refused', since: null },
      { host: 'fresh', ...unread, reason: 'it was never scanned', since: null },
    ]);
    for (const host of ['never', 'fresh']) {
      expect(await shown(`surface on ${host}`)).not.toMatch(/\b0\b/);
    }
  });
});

describe('a software', () => {
  const openssl = {
    ...{ name: 'libssl3', sourceName: 'openssl', version: '3.5.1', sourceVersion: '3.5.1' },
    architecture: 'amd64',
  };
  const inventory = { manager: 'dpkg' as const, operatingSystem: null, packages: [openssl] };
  const withPackages = (id: string, installed: ContainerSurface['installed']) => ({
    ...observedContainer(id.padEnd(64, '0')),
    surface: { ports: read([]), processes: unread('no list'), setUid: unread('none'), installed },
  });

  beforeEach(async () => {
    const known = withPackages('bb', read({ inventory, isOwn: false }));
    await scan('fresh', 2, { containers: [known] });
    await scan('read', 2, { containers: [withPackages('aa', unread('refused by the proxy'))] });
  });

  test('is unknown where no package could be read, and named where it is known', async () => {
    expect(await data('surface openssl on read')).toMatchObject({
      ...{ answer: 'software', containers: null, instances: [] },
      reason: 'the packages of no container could be read: refused by the proxy',
      elsewhere: [{ host: 'fresh', containers: 1 }],
    });
    const text = await shown('surface openssl on read');
    expect(text).toContain('openssl: unknown');
    expect(text).toContain('Other hosts have it: fresh (1 container)');
    expect(text).not.toMatch(/\b0\b/);
  });

  test('names each reason with the containers that it is about', async () => {
    await scan('read', 2, {
      containers: [
        withPackages('aa', unread('refused by the proxy')),
        withPackages('cc', unread('it was never looked at')),
        withPackages('dd', read({ inventory, isOwn: false })),
      ],
    });
    const text = await shown('surface openssl on read');

    expect(text).toMatch(/Unknown for name-aa.*, which may have it too: refused by the proxy/);
    expect(text).toMatch(/Unknown for name-cc.*, which may have it too: it was never looked at/);
  });

  test.each([
    ['opensll', 'openssl'],
    ['openssh', 'openssl'],
    ['openss', 'openssl'],
  ])('%s that nobody has is answered, and %s offered', async (word, near) => {
    await scan('read', 2, {
      containers: [withPackages('dd', read({ inventory, isOwn: false }))],
    });

    expect(await data(`surface ${word} on read,away`)).toMatchObject({
      ...{ answer: 'software', containers: 0, reason: 'away: connection refused' },
    });
    const { next } = await ask(`surface ${word} on read,away`);
    expect(next).toEqual([`surface ${near}`, `exposure ${word}`, 'scan deep', 'surface']);
    expect(await data(`surface ${word} on read`)).toMatchObject({ containers: 0, reason: null });
    expect(await shown(`surface ${word} on read,away`)).toMatch(/unknown now on away/);
  });

  test('is unknown on a host that was never read', async () => {
    expect(await data('surface openssl on never')).toMatchObject({
      ...{ answer: 'software', containers: null, reason: 'never: connection refused' },
    });
  });

  test('that nobody is known to have is an answer and no mistake', async () => {
    await scan('read', 2, {
      containers: [
        withPackages('aa', unread('refused by the proxy')),
        withPackages('dd', read({ inventory, isOwn: false })),
      ],
    });
    const text = await shown('surface log4j on read');

    expect(await data('surface log4j on read')).toMatchObject({
      ...{ answer: 'software', containers: 0, elsewhere: [] },
      reason: 'the packages of 1 container are not known: refused by the proxy',
    });
    expect(text).toContain('log4j: no container here is known to have it');
    expect(text).toMatch(
      /Libraries and copied\s+programs are known only for images that “scan deep” read/,
    );
    expect(text).toMatch(/Unknown for name-aa/);
  });

  test('that nobody is known to have says why of all whose packages nobody knows', async () => {
    const refused = unread<never>('refused by the proxy');
    const away = withPackages('ee', unread('it was never looked at'));
    const unreadHere = [withPackages('aa', refused), withPackages('cc', refused), away];
    await scan('read', 2, { containers: unreadHere });
    const causes = '2 × refused by the proxy, 1 × it was never looked at';

    expect(await data('surface openssl on read,away,never')).toMatchObject({
      ...{ answer: 'software', containers: null },
      reason: `the packages of no container could be read: ${causes}; away, never: connection refused`,
    });
    const readToo = withPackages('dd', read({ inventory, isOwn: false }));
    await scan('read', 2, { containers: [...unreadHere, readToo] });
    expect(await data('surface openssl on read,away')).toMatchObject({
      ...{ answer: 'software', containers: 1 },
      reason: `the packages of 3 containers are not known: ${causes}; away: connection refused`,
    });
  });

  test('that some have may be in those of which nobody knows', async () => {
    await scan('read', 2, {
      containers: [
        withPackages('aa', unread('refused by the proxy')),
        withPackages('dd', read({ inventory, isOwn: false })),
      ],
    });

    expect(await data('surface openssl on read')).toMatchObject({
      ...{ answer: 'software', containers: 1 },
      reason: 'the packages of 1 container are not known: refused by the proxy',
    });
    expect(await shown('surface openssl on read')).not.toMatch(/unknown who has it/);
  });

  test('that is elsewhere alone is a line away', async () => {
    const known = { ...inventory, packages: [{ ...openssl, name: 'bash', sourceName: 'bash' }] };
    await scan('read', 2, {
      containers: [withPackages('aa', read({ inventory: known, isOwn: false }))],
    });

    expect(await data('surface openssl on read')).toMatchObject({
      ...{ answer: 'software', containers: 0, reason: null },
      elsewhere: [{ host: 'fresh', containers: 1 }],
    });
    expect(await data('surface openssl on fresh')).toMatchObject({ containers: 1, elsewhere: [] });
  });
});

test('the Home tab says that the findings of a host that was never read are unknown', async () => {
  const { hosts } = (await ask('hosts never')) as AnswerOf<'hosts'>;
  const [host] = hosts;
  if (!host) throw new Error('no host');
  const known = { ...hostileAnswers.home, hosts: [{ host, scoreBefore: null, open: host.open }] };

  expect(terminalText(answerDocument(known)).replace(/\s+/g, ' ')).toContain(
    'never: no grade, open findings unknown, could not be read since',
  );
});

describe.each(['isolation', 'controls', 'surface'])('%s', (verb) => {
  test.each(['away', 'never', 'fresh', 'away,never'])(
    'on %s does not say that there is no container',
    async (host) => {
      const text = await shown(`${verb} on ${host}`);

      expect(text).toContain('It is unknown which containers there are.');
      expect(text).not.toContain('No container is known');
    },
  );
});

test('a scan that reached no engine names the program that says why', async () => {
  expect(await shown('scan on never')).toContain('seawall doctor');
});
