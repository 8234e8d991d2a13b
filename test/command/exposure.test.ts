import type { ExposureAnswer } from '../../src/answers/exposure-answer.ts';
import { feedOfJson, feedOfRecords } from '../../src/feeds/make-feed.ts';
import { resultOrder } from '../../src/inspections/exposure-order.ts';
import type { Paging } from '../../src/ports/intent.ts';
import type { ObservedContainer } from '../../src/ports/scan-record.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import { unread } from '../../src/shared/reading.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { answerJson } from '../../src/views/json.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { having, packageOf as one } from '../support/having-packages.ts';
import { askFor, askLine } from '../support/own-core.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

// The records are hand-written, and true to the real ones of Debian’s tracker and OSV in what they say.

const tracker = {
  openssl: {
    'CVE-2024-13176': {
      releases: {
        bookworm: { status: 'resolved', fixed_version: '3.0.15-1~deb12u1', urgency: 'low' },
        trixie: { status: 'resolved', fixed_version: '3.4.1-1', urgency: 'low' },
      },
    },
  },
  zlib: {
    'CVE-2023-45853': {
      releases: {
        bookworm: { status: 'open', urgency: 'unimportant', nodsa: 'contrib/minizip not built' },
      },
    },
  },
  'xz-utils': {
    'CVE-2024-3094': {
      releases: {
        bookworm: { status: 'resolved', fixed_version: '0', urgency: 'not yet assigned' },
      },
    },
  },
};

let database: TemporaryDatabase;
let core: Core;
const day = 10;

const coreOf = (byDefault?: string) =>
  assembleCore({
    hosts: ['web-1', 'web-2'].map((name) => ({
      ...{ name, url: 'tcp://127.0.0.1:1', isDefault: name === byDefault, labels: {} },
      ...{ evidence: 'api', tls: undefined },
    })),
    databaseUrl: database.url,
    policy: defaultPolicy,
  });

beforeEach(async () => {
  database = temporaryDatabase();
  core = await coreOf();
});
afterEach(async () => {
  await core.store.close();
  database.remove();
});

function unreadable(id: string): ObservedContainer {
  const container = having(id, '12', []);
  if (container.surface === null) throw new Error('no surface');
  return { ...container, surface: { ...container.surface, installed: unread('it is too large') } };
}

const old = having('old', '12', [one('libssl3', '3.0.11-1~deb12u2', 'openssl')]);
const mended = having('mended', '12', [one('libssl3', '3.0.15-1~deb12u1', 'openssl')]);
const without = having('without', '12', [one('zlib1g', '1:1.2.13.dfsg-1', 'zlib')]);
const elsewhere = having('elsewhere', '11', [one('libssl1.1', '1.1.1w-0', 'openssl')]);

const scan = (on: number, containers: ObservedContainer[], host = 'web-1') =>
  core.context.store.saveScan(
    scanRecord({ host, startedAt: morning(on), finishedAt: morning(on), containers }),
  );

const takeTracker = async () =>
  core.store.feeds.replace(
    await feedOfJson(tracker, (reason) => {
      throw new Error(reason);
    }),
  );

const now = () => Date.parse(morning(day));
const answerOf = (text: string, paging?: Paging) => askLine(core, text, { now, paging });
const ask = (text: string, paging?: Paging) => askFor(core, 'exposure', text, { now, paging });

const shown = ({ results }: ExposureAnswer) =>
  results.map(({ state, host, image, package: found, fixedIn, reason }) =>
    [state, host, image, found && `${found.name} ${found.version}`, fixedIn, reason]
      .filter((part) => part !== null)
      .join(' | '),
  );

it('says who is affected, with the fix, and of whom nobody knows', async () => {
  await takeTracker();
  await scan(9, [old, mended, without, elsewhere, unreadable('large')]);
  const answer = await ask('exposure CVE-2024-13176');

  expect(shown(answer)).toEqual([
    'affected-fix-available | web-1 | image-of-old | libssl3 3.0.11-1~deb12u2 | 3.0.15-1~deb12u1',
    'unknown | web-1 | image-of-elsewhere | no feed covers its release (Debian:11)',
    'unknown | web-1 | image-of-large | its packages are not known (it is too large)',
    'vendor-says-not-affected | web-1 | image-of-mended | libssl3 3.0.15-1~deb12u1 | 3.0.15-1~deb12u1 | this version is repaired',
    'not-present | web-1 | image-of-without',
  ]);
  expect(answer.running).toEqual({ affected: 1, fixable: 1, unknown: 2, total: 5 });
  expect(answer.unknown.map(({ image }) => image).sort()).toEqual([
    'image-of-elsewhere',
    'image-of-large',
  ]);
  expect(answer.results[0]?.package?.purl).toBe('pkg:deb/debian/libssl3@3.0.11-1~deb12u2');
  expect(answer.results[0]?.record).toEqual({
    ...{ source: 'debian-tracker', id: 'DEBIAN-CVE-2024-13176', modified: null },
  });
  const [first] = answerJson(answer).results as { known: unknown }[];
  expect(first?.known).toEqual(answer.known);
  expect(answerDocument(answer).headline).toBe(
    'CVE-2024-13176: 1 of 5 running containers is affected, a fix exists; of 2 running containers it is not known; 1 image is not inventoried',
  );
});

it('makes a page of the same list, with the counts of all of it', async () => {
  await takeTracker();
  await scan(9, [old, mended, without, elsewhere, unreadable('large')]);
  const line = 'exposure CVE-2024-13176';
  const { results, page: _none, ...whole } = await ask(line);
  const told = results.filter(({ state }) => state !== 'not-present');
  const { results: first, page, ...others } = await ask(line, { after: null, scans: null });
  const [affected] = told;
  if (affected === undefined) throw new Error('nobody is affected');
  const after = resultOrder(affected);
  const next = await ask(line, { after, scans: page?.scans ?? null });

  expect(first).toEqual(told);
  expect(others).toEqual(whole);
  expect(page?.part).toEqual({ before: 0, total: 4 });
  expect(next.results).toEqual(told.slice(1));
  expect(next.page?.part).toEqual({ before: 1, total: 4 });
});

it('says nothing of a package that somebody else built', async () => {
  await takeTracker();
  const builtBy = { ...one('openssl', '3.0.99-1'), builtBy: 'Acme GmbH' };
  const byMark = one('openssl', '3.0.10-1~bookworm');
  await scan(9, [having('acme', '12', [builtBy]), having('mark', '12', [byMark]), mended]);
  const answer = await ask('exposure CVE-2024-13176');

  const said =
    'it was built by somebody else, of whose versions the feed of the distribution says nothing';
  expect(shown(answer)).toEqual([
    `unknown | web-1 | image-of-acme | openssl 3.0.99-1 | ${said} (Acme GmbH)`,
    `unknown | web-1 | image-of-mark | openssl 3.0.10-1~bookworm | ${said} (somebody else for this release)`,
    'vendor-says-not-affected | web-1 | image-of-mended | libssl3 3.0.15-1~deb12u1 | 3.0.15-1~deb12u1 | this version is repaired',
  ]);
});

it('has the vendor’s word with what has no fix, and with what never was affected', async () => {
  await takeTracker();
  await scan(9, [without, having('xz', '12', [one('xz-utils', '5.4.1-0.2')])]);

  expect(shown(await ask('exposure cve-2023-45853'))).toContain(
    'affected-no-fix | web-1 | image-of-without | zlib1g 1:1.2.13.dfsg-1 | no-dsa: contrib/minizip not built',
  );
  expect(shown(await ask('exposure CVE-2024-3094'))).toContain(
    'vendor-says-not-affected | web-1 | image-of-xz | xz-utils 5.4.1-0.2 | it never was affected',
  );
});

it('says of which times nobody knows who came and went', async () => {
  await takeTracker();
  await scan(8, [without]);
  await core.context.store.saveScan(
    scanRecord({
      ...{ startedAt: morning(9), finishedAt: morning(9), containers: null },
      unreadSections: [{ section: 'engine', reason: 'connection refused' }],
      engine: null,
    }),
  );
  const answer = await ask('exposure CVE-2024-13176 since 3d on web-1');

  expect(answer.unwatched).toEqual(['web-1']);
  expect(answer.blind).toMatchObject([{ host: 'web-1', from: morning(9), to: null }]);
  const text = terminalText(answerDocument(answer));
  expect(text).toContain('Not watched now: web-1.');
  expect(text).toContain('What came and went then is not known.');
});

it('says of which hosts it is not, where the line named none and one is the default', async () => {
  await scan(9, [old]);
  await core.store.close();
  core = await coreOf('web-2');
  const answer = await ask('exposure openssl since 7d');

  expect(answer.beyond).toEqual({ hosts: 1, line: 'exposure openssl since 7d on all' });
  expect(answer.next[0]).toBe('exposure openssl since 7d on all');
  expect(terminalText(answerDocument(answer))).toContain(
    'This is about web-2, which a line without “on” means here; 1 more host: exposure openssl since 7d on all',
  );
  for (const line of ['exposure openssl on web-2', 'exposure openssl on all']) {
    expect((await ask(line)).beyond).toBeNull();
  }
});

it('counts the times in which hosts could not be read beyond the newest hundred', async () => {
  const minute = (count: number) => new Date(Date.parse(morning(1)) + count * 60_000).toISOString();
  const down = { kind: 'scan' as const, lastGood: null, failedScans: 1, cause: 'refused' };
  // By host and then by time, as the store gives them; of the first one since the oldest time until now.
  const blind = ['web-0', 'web-1'].flatMap((host) =>
    Array.from({ length: 65 }, (_, at) => ({
      ...{ ...down, host, from: minute(at) },
      to: host === 'web-0' && at === 0 ? null : minute(at),
    })),
  );
  await scan(9, [old]);
  Object.assign(core.context.store, { listBlindIntervals: () => Promise.resolve(blind) });
  const answer = await ask('exposure bash on web-1');

  expect(answer.moreBlind).toBe(30);
  const minutesOf = (host: string) =>
    answer.blind.flatMap((one) => (one.host === host ? [one.from] : []));
  const last = Array.from({ length: 50 }, (_, at) => minute(at + 15));
  expect(minutesOf('web-0')).toEqual([minute(0), ...last]);
  expect(minutesOf('web-1')).toEqual(last.slice(1));
  const text = terminalText(answerDocument(answer));
  expect(text).toContain('web-0 could not be read from 2026-01-02 06:00 UTC on, until now');
  expect(text).toContain('… and 126 earlier times of that kind.');
});

it('never says “no” from silence', async () => {
  await scan(9, [old]);
  const before = await ask('exposure CVE-2024-13176');
  expect(before.running).toEqual({ affected: 0, fixable: 0, unknown: 1, total: 1 });
  expect(terminalText(answerDocument(before))).toContain('No advisory feed was imported yet');

  await takeTracker();
  expect(shown(await ask('exposure CVE-2099-1000'))).toEqual([
    'unknown | web-1 | image-of-old | the feeds for its release have no record of it, which does not mean “not affected” (Debian:12)',
  ]);
});

it('remembers who had it and is gone, with the time it ran', async () => {
  await takeTracker();
  await scan(1, [old]);
  await scan(2, [old]);
  await scan(3, [having('old', '12', [one('libssl3', '3.0.15-1~deb12u1', 'openssl')])]);
  await scan(5, []);
  const answer = await ask('exposure CVE-2024-13176');

  expect(answer.running.total).toBe(0);
  expect(answer.gone).toEqual({ affected: 1, fixable: 1, unknown: 0, total: 2 });
  expect(answer.results[0]).toMatchObject({
    state: 'affected-fix-available',
    window: { from: morning(1), to: morning(3) },
    containers: [{ name: 'name-old', state: 'gone', from: morning(1), to: morning(3) }],
  });
  // Who asks for a shorter time hears of those alone that were there in it.
  const since = await ask('exposure CVE-2024-13176 since 6d');
  expect(since.results.map(({ state }) => state)).toEqual(['vendor-says-not-affected']);
});

describe('a container that was repaired and made vulnerable again', () => {
  const repaired = having('old', '12', [one('libssl3', '3.0.15-1~deb12u1', 'openssl')]);
  const line = 'exposure CVE-2024-13176';
  const paged = { after: null, scans: null };
  const first = { from: morning(1), to: morning(3) };

  beforeEach(async () => {
    await takeTracker();
    await scan(1, [old, without]);
    await scan(3, [repaired, without]);
  });

  it('is there and was affected, while it is repaired', async () => {
    const answer = await ask(line);
    expect(answer.running).toMatchObject({ affected: 0, total: 2 });
    expect(answer.gone).toMatchObject({ affected: 0, total: 0 });
    expect(answer.changed).toEqual({ affected: 1, fixable: 1, unknown: 0, total: 1 });
    const { headline } = answerDocument(answer);
    expect(headline).toContain(
      '0 of 2 running containers are affected; 1 that is there was affected',
    );
    expect(headline).not.toContain('gone');
    expect(answer.results[0]).toMatchObject({
      ...{ state: 'affected-fix-available', window: first, windows: [first] },
      containers: [{ id: 'old', state: 'changed', ...first }],
    });
    const text = terminalText(answerDocument(answer));
    expect(text).toContain(`was affected until ${morning(3).slice(0, 10)}, a fix exists`);
    expect(text).toContain('name-old (changed)');
  });

  it('was affected in two windows, once it is affected again', async () => {
    await scan(6, [old, without]);
    await scan(8, [old, without]);
    const again = { from: morning(6), to: null };
    for (const answer of [await ask(line), await ask(line, paged)]) {
      expect(answer.running).toMatchObject({ affected: 1, total: 2 });
      expect(answer.changed).toMatchObject({ affected: 0, total: 1 });
      const [affected, ...others] = answer.results.filter(({ state }) => state !== 'not-present');
      expect(affected).toMatchObject({
        ...{ window: { from: morning(1), to: null }, windows: [first, again] },
        containers: [
          { id: 'old', state: 'changed', ...first },
          { id: 'old', state: 'running', ...again },
        ],
      });
      expect(others.map(({ windows }) => windows)).toEqual([
        [{ from: morning(3), to: morning(6) }],
      ]);
      // Two days, and four until now.
      expect(terminalText(answerDocument(answer))).toContain(
        '6 d 0 h in 2 times, first 9 d ago, again 4 d ago',
      );
    }
  });

  it('is gone in the end, with both windows', async () => {
    await scan(6, [old, without]);
    await scan(8, [without]);
    const answer = await ask(line);
    expect(answer.gone).toMatchObject({ affected: 1 });
    expect(answer.changed.total).toBe(0);
    expect(answer.results[0]?.windows).toEqual([first, { from: morning(6), to: morning(8) }]);
    expect(answer.results[0]?.containers.map(({ state }) => state)).toEqual(['gone', 'gone']);
  });
});

it('makes “unknown” of a “no” that rests on a feed that is too old', async () => {
  const records = [
    {
      id: 'DEBIAN-CVE-2024-13176',
      modified: morning(3),
      upstream: ['CVE-2024-13176'],
      affected: [
        {
          package: { ecosystem: 'Debian:12', name: 'openssl' },
          ranges: [
            {
              type: 'ECOSYSTEM',
              events: [{ introduced: '3.0.0-1' }, { fixed: '3.0.15-1~deb12u1' }],
            },
          ],
        },
      ],
    },
  ];
  async function* values() {
    yield* records;
  }
  await core.store.feeds.replace(await feedOfRecords(values(), () => {}));
  await scan(9, [old, mended]);

  expect(shown(await ask('exposure CVE-2024-13176'))).toEqual([
    'affected-fix-available | web-1 | image-of-old | libssl3 3.0.11-1~deb12u2 | 3.0.15-1~deb12u1',
    'unknown | web-1 | image-of-mended | libssl3 3.0.15-1~deb12u1 | the feed for its release is too old',
  ]);
});

it('finds a package by its own name and by its source, with a version or without', async () => {
  await scan(9, [old, mended, without]);
  await scan(9, [elsewhere], 'web-2');
  const has = async (text: string) =>
    (await ask(text)).results
      .filter(({ state }) => state.startsWith('affected'))
      .map(({ host, package: found, fixedIn }) => `${host} ${found?.version} ${fixedIn}`);

  expect(await has('exposure openssl on all')).toEqual([
    'web-1 3.0.15-1~deb12u1 null',
    'web-1 3.0.11-1~deb12u2 null',
    'web-2 1.1.1w-0 null',
  ]);
  expect(await has('exposure "libssl3<3.0.15" on all')).toEqual(['web-1 3.0.11-1~deb12u2 3.0.15']);
  expect(await has('exposure openssl=1.1.1w-0,9 on all')).toEqual(['web-2 1.1.1w-0 null']);
  expect(await has('exposure "zlib1g>=1:2" on all')).toEqual([]);
});

it('makes no “no” of a version that may stand for all that begin so', async () => {
  await scan(9, [
    having('ssl', '12', [one('openssl', '3.0.20-1~deb12u2')]),
    having('old', '11', [one('openssl', '1.1.1w-0+deb11u1')]),
    having('other', '12', [one('openssl', '30.0.1-1')]),
  ]);
  const found = async (text: string) => {
    const answer = await ask(text);
    return shown({ ...answer, results: answer.results.filter((result) => result.package) });
  };

  expect(await found('exposure openssl=3.0')).toEqual([
    'unknown | web-1 | image-of-ssl | openssl 3.0.20-1~deb12u2 | 3.0 may mean every version that begins so',
  ]);
  expect(await found('exposure openssl=1.1.1')).toEqual([
    'unknown | web-1 | image-of-old | openssl 1.1.1w-0+deb11u1 | 1.1.1 may mean every version that begins so',
  ]);
  expect(await found('exposure openssl=3.0,3.0.20')).toEqual([
    'affected-no-fix | web-1 | image-of-ssl | openssl 3.0.20-1~deb12u2 | compared as 3.0.20',
  ]);
  expect(await found('exposure openssl=3.0.2')).toEqual([]);
});

it('finds a library by the name that it has in another release', async () => {
  await scan(9, [old, having('later', '13', [one('libssl3t64', '3.4.0-1', 'openssl')])]);
  for (const name of ['libssl3', 'libssl3t64', 'LIBSSL3']) {
    const { results } = await ask(`exposure "${name}<3.4.1"`);
    expect(new Set(results.map(({ package: found }) => found?.version))).toEqual(
      new Set(['3.0.11-1~deb12u2', '3.4.0-1']),
    );
  }
});

it('compares epochs and revisions only where the question names them, and says so', async () => {
  await scan(9, [
    having('ssh', '12', [one('openssh-server', '1:9.2p1-2+deb12u2', 'openssh')]),
    having('xz', '12', [one('xz-utils', '5.6.1-1')]),
    having('odd', '12', [one('odd', '1.2-3-1')]),
  ]);
  const found = async (text: string) => {
    const answer = await ask(text);
    return shown({ ...answer, results: answer.results.filter((result) => result.package) });
  };

  expect(await found('exposure "openssh<9.8"')).toEqual([
    'affected-fix-available | web-1 | image-of-ssh | openssh-server 1:9.2p1-2+deb12u2 | 9.8 | compared as 9.2p1',
  ]);
  expect(await found('exposure "openssh<1:9.8"')).toHaveLength(1);
  expect(await found('exposure "openssh>9.8"')).toEqual([]);
  expect(await found('exposure xz-utils=5.6.0,5.6.1')).toEqual([
    'affected-no-fix | web-1 | image-of-xz | xz-utils 5.6.1-1 | compared as 5.6.1',
  ]);
  expect(await found('exposure xz-utils=5.6.1-2')).toEqual([]);
  expect(await found('exposure "xz-utils<=5.6.1"')).toHaveLength(1);
  expect(await found('exposure "xz-utils>=5.6.1"')).toHaveLength(1);
  expect(await found('exposure "xz-utils>5.6.1"')).toEqual([]);
  expect(await found('exposure odd=1.2-3')).toEqual([
    'unknown | web-1 | image-of-odd | odd 1.2-3-1 | 1.2-3 may be a version with its revision, or without one',
  ]);
  expect(await found('exposure odd=latest')).toEqual([
    'unknown | web-1 | image-of-odd | odd 1.2-3-1 | it cannot be compared with latest',
  ]);
});

it.each([
  ['exposure "a b c"', 'is neither a vulnerability nor a package'],
  ['exposure CVE-20-1', 'is neither a vulnerability nor a package'],
  ['exposure xz-utils=,', '“xz-utils=,” names no version'],
  ['exposure "openssl<1,2"', 'with “=” only'],
  ['exposure "openssl>=3.0.0,<3.0.15"', '“<3.0.15” is no version'],
  ['exposure openssl=3.0.x', '“3.0.x” is no version'],
  ['exposure "openssl=3.*"', 'surface openssl'],
])('says what is wrong with %s', async (text, message) => {
  const answer = await answerOf(text);
  expect(answer).toMatchObject({ kind: 'problem' });
  expect(JSON.stringify(answer)).toContain(message);
});
