import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Sighting, SightingKind } from '../../src/ports/watch-store.ts';
import { read } from '../../src/shared/reading.ts';
import type { AnswerKind } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { askFor, askLine, type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';

let core: OwnCore;
let day = 0;

beforeEach(async () => {
  core = await openOwnCore([silentHost('web-1', true), silentHost('web-2')]);
});
afterEach(() => core.remove());

/** Asks an hour after the scan of that day. */
const now = () => Date.parse(morning(day)) + 3_600_000;
const ask = (text: string) => askLine(core, text, { now });
const answerOf = <K extends AnswerKind>(kind: K, text: string) => askFor(core, kind, text, { now });
const shown = async (text: string) => terminalText(answerDocument(await ask(text)));
const scan = (onDay: number, difference: Partial<ScanRecord> = {}) => {
  day = onDay;
  const times = { startedAt: morning(onDay), finishedAt: morning(onDay) };
  return core.context.store.saveScan(scanRecord({ ...times, ...difference }));
};

const web = currentFinding();
const db = currentFinding({ subjectKey: 'db' });
const cache = currentFinding({ subjectKey: 'cache', rule: 'no-root-user', severity: 'medium' });
const keys = (list: readonly { subjectKey: string }[]) => list.map(({ subjectKey }) => subjectKey);

describe('diff', () => {
  beforeEach(async () => {
    await scan(0, { findings: [web] });
    await scan(5, { findings: [web, db, cache] });
    await scan(6, { findings: [{ ...web, severity: 'critical' }, db] });
    await scan(7, { findings: [{ ...web, severity: 'critical' }] });
  });

  test('is about the last day when no time is named', async () => {
    const answer = await answerOf('diff', 'diff');

    expect(answer.since).toBe(new Date(Date.parse(morning(6)) + 3_600_000).toISOString());
    expect(answer.compared).toEqual([
      { host: 'web-1', from: morning(6), isFromFirstScan: false, to: morning(7) },
    ]);
    expect([answer.new, answer.worse]).toEqual([[], []]);
    expect(keys(answer.fixed)).toEqual(['db']);
  });

  test.each([
    ['diff since 2d', { worse: ['web'], fixed: ['db', 'cache'], passing: [] }],
    ['diff since 2026-01-06', { worse: ['web'], fixed: [], passing: ['db', 'cache'] }],
    ['diff since 2026-01-06T06:00', { worse: ['web'], fixed: ['db', 'cache'], passing: [] }],
    ['diff since 1w on web-1', { worse: ['web'], fixed: [], passing: ['db', 'cache'] }],
  ])('%s', async (line, expected) => {
    const answer = await answerOf('diff', line);

    expect({
      worse: keys(answer.worse.map(({ finding }) => finding)),
      fixed: keys(answer.fixed),
      passing: keys(answer.passing),
    }).toEqual(expected);
  });

  test('says what a finding was before it got worse, and what it got better from', async () => {
    await scan(8, { findings: [{ ...web, severity: 'low' }, cache] });

    expect((await answerOf('diff', 'diff since 4d')).milder).toMatchObject([
      { was: 'high', finding: { severity: 'low' } },
    ]);
    expect((await answerOf('diff', 'diff')).milder).toMatchObject([{ was: 'critical' }]);
    expect(await shown('diff')).toContain('critical → low no-privileged-container web');
    expect(keys((await answerOf('diff', 'diff')).new)).toEqual(['cache']);
  });

  test('tells what is no longer accepted, and of what is new and accepted already its number', async () => {
    const accept = (finding: typeof web, end: string) =>
      core.context.acceptances.accept(
        { host: 'web-1', fingerprint: finding.fingerprint },
        {
          actor: { id: 'U0ALICE', name: 'alice', place: 'terminal' },
          ...{ at: Date.parse(morning(day)) + 60_000, reason: 'known', until: end },
        },
      );
    await accept(web, morning(7).replace('T06', 'T12'));
    await scan(8, { findings: [{ ...web, severity: 'critical' }, cache] });
    // The store asks the clock of this machine.
    await accept(cache, '2999-01-01T00:00:00.000Z');

    const answer = await answerOf('diff', 'diff');
    expect(keys(answer.lapsed)).toEqual(['web']);
    expect([answer.new, answer.worse]).toEqual([[], []]);
    expect(keys(answer.newAccepted)).toEqual(['cache']);
    const text = await shown('diff');
    expect(text).toContain('1 no longer accepted');
    expect(text).toContain('1 new or worse finding accepted already');
  });

  test('says what the watcher heard on the first day, before a second scan', async () => {
    const at = Date.parse(morning(7)) + 60_000;
    const { watches } = core.context;
    const state = await watches.claim('web-2', { owner: 'a', leaseMs: 60_000 });
    if (state === null) throw new Error('not claimed');
    const seen = (id: string, name: string, kind: SightingKind, afterMs: number): Sighting => ({
      ...{ kind, name, containerId: id.repeat(64), at: at + afterMs },
      ...{ image: 'alpine:3', labels: { composeProject: null, composeService: null, owner: null } },
      timeNano: `${at + afterMs}000000`,
      observed: read(observedContainer(id.repeat(64), { name })),
      ...{ exitCode: null, exec: null, execId: null },
    });
    await watches.apply(
      'web-2',
      {
        sightings: [
          seen('a', 'debug', 'created', 0),
          seen('b', 'shop', 'created', 1_000),
          seen('a', 'debug', 'gone', 2_000),
        ],
        ...{ mark: null, coveredUntil: at + 3_000 },
      },
      state.held,
    );

    const answer = await answerOf('diff', 'diff on web-2');
    expect(answer.came).toEqual([{ host: 'web-2', name: 'shop' }]);
    expect(answer.shortLived).toMatchObject([{ name: 'debug', facets: ['privileged'] }]);
    const text = await shown('diff on web-2');
    expect(text).toContain('No second scan to compare yet');
    expect(text).toMatch(/Came and went: privileged debug on web-2 .* UTC/);
    expect(text).toContain('Started: 1. shop; still there');
  });

  test('says that nothing changed only where something was compared', async () => {
    await scan(8, { findings: [{ ...web, severity: 'critical' }] });

    expect(await shown('diff')).toContain('No finding changed.');
    day = 20;
    const later = await shown('diff');
    expect(later).toContain('Changes are unknown');
    expect(later).not.toContain('No finding changed.');
    expect(await shown('diff on web-2')).toContain('was never scanned');
  });

  test.each([
    ['diff since banana', 'diff since 24h'],
    ['diff sicne 7d', undefined],
  ])('“%s” is a mistake', async (line, correctedLine) => {
    const answer = await answerOf('problem', line);

    expect(answer.cause).toBe('mistake');
    if (correctedLine) expect(answer.correctedLine).toBe(correctedLine);
  });

  test('says a rule that is new on several hosts once', async () => {
    await scan(8, { findings: [{ ...web, severity: 'critical' }, cache] });
    await scan(7, { host: 'web-2' });
    await scan(8, { host: 'web-2', findings: [cache] });

    const text = await shown('diff on all');
    expect(text).toContain('no-root-user ×2 on 2 hosts: cache on web-1, web-2');
  });

  test('a time that has not come is a mistake', async () => {
    expect(await ask('diff since 2030-01-01')).toMatchObject({ kind: 'problem', cause: 'mistake' });
  });
});

describe('compare', () => {
  const named = (name: string) => observedContainer(name.padEnd(64, '0'), { name });
  const onWeb2 = (difference: Partial<ScanRecord>) => scan(0, { host: 'web-2', ...difference });

  test('says what is on one host alone, by rule and subject', async () => {
    await scan(0, {
      findings: [web, db, cache],
      containers: [named('web'), named('db'), named('cache')],
    });
    await onWeb2({
      engine: { id: 'engine-2', version: '27.0.1', apiVersion: '1.45' },
      findings: [{ ...web, severity: 'critical' }],
      containers: [named('web'), named('db'), named('other')],
    });

    const answer = await answerOf('compare', 'compare WEB-1 web-2');

    expect(answer.isComparable).toBe(true);
    expect(answer.engine).toEqual([{ fact: 'engine version', values: ['26.1.5', '27.0.1'] }]);
    expect(answer.findings.map(({ finding, other }) => [finding.subjectKey, other])).toEqual([
      ['db', 'absent'],
      ['cache', 'no-container'],
    ]);
    expect(answer.severities).toEqual([
      { rule: 'no-privileged-container', subject: 'web', values: ['high', 'critical'] },
    ]);
    expect(answer.containers).toEqual([
      { host: 'web-1', name: 'cache' },
      { host: 'web-2', name: 'other' },
    ]);
  });

  test('compares what is judged of the engines', async () => {
    const kind = 'engine' as const;
    const engine = { subjectKind: kind, subjectKey: kind, subjects: [kind] };
    await scan(0, { findings: [currentFinding({ rule: 'live-restore', ...engine })] });
    const reason = 'engine: refused';
    const unjudged = {
      rule: 'userns-remap',
      subjectKind: 'engine',
      subjectKey: null,
      reason,
    } as const;
    await onWeb2({ undecided: [unjudged] });

    const { engine: rows, findings } = await answerOf('compare', 'compare web-1 web-2');

    expect(rows.map(({ fact, values }) => [fact.split(' ', 1)[0], values])).toEqual([
      ['live-restore', ['fail', 'no finding']],
      ['userns-remap', ['no finding', null]],
    ]);
    expect(findings).toEqual([]);
  });

  test('takes nothing for fine that the other host could not judge', async () => {
    const reason = 'containers: refused';
    const { rule } = web;
    await scan(0, { findings: [web], containers: [named('web')] });
    await onWeb2({
      containers: [named('web')],
      undecided: [{ rule, subjectKind: 'container', subjectKey: null, reason }],
    });

    expect((await answerOf('compare', 'compare web-1 web-2')).findings).toMatchObject([
      { other: 'unknown' },
    ]);
    expect(await shown('compare web-1 web-2')).toContain('could not be judged on the other host');
  });

  test('counts the findings of a container that is there alone, whatever the other host could read', async () => {
    const reason = 'engine: refused';
    const { rule } = web;
    await scan(0, { findings: [web], containers: [named('web')] });
    await onWeb2({
      containers: [named('other')],
      undecided: [{ rule, subjectKind: 'container', subjectKey: null, reason }],
    });

    const text = await shown('compare web-1 web-2');

    expect(text).toContain('Containers only on web-1: web; their findings: 1 high');
    expect(text).not.toContain('could not be judged');
  });

  test('claims nothing of a host that was never read', async () => {
    await scan(0, { findings: [web] });

    expect(await answerOf('compare', 'compare web-1 web-2')).toMatchObject({
      isComparable: false,
      findings: [],
    });
    expect(await shown('compare web-1 web-2')).toContain('cannot be compared before');
  });

  test('says so when nothing differs', async () => {
    await scan(0, { findings: [web] });
    await onWeb2({ findings: [web] });

    expect(await shown('compare web-1 web-2')).toContain('No difference in what is known of both.');
  });

  test.each(['compare web-1', 'compare web-1 web-1', 'compare web-1 nowhere'])(
    '“%s” is a mistake',
    async (line) => {
      expect(await ask(line)).toMatchObject({ kind: 'problem', cause: 'mistake' });
    },
  );
});

describe('compare of two containers', () => {
  const idOf = (name: string) => name.padEnd(64, '0');
  const named = (name: string, difference = {}) =>
    observedContainer(idOf(name), { name, ...difference });
  const root = currentFinding({ subjectKey: 'web', rule: 'no-root-user', severity: 'medium' });

  test('says in which settings, findings and ways they differ', async () => {
    await scan(0, {
      containers: [
        named('web', { isPrivileged: true, memoryLimitBytes: 1024, networks: ['front', 'back'] }),
        named('db', { networks: ['back'] }),
      ],
      findings: [
        web,
        root,
        { ...root, subjectKey: 'db', subjects: ['db'], severity: 'low', fingerprint: 'x' },
      ],
    });

    const answer = await answerOf('compare-containers', 'compare web db');

    expect(answer.hosts.map(({ name }) => name)).toEqual(['web-1']);
    expect(answer.containers.map(({ name }) => name)).toEqual(['web', 'db']);
    expect(answer.configuration).toEqual([
      { field: 'privileged', values: [['yes'], ['no']] },
      { field: 'networks', values: [['front'], []] },
      { field: 'memory limit', values: [['1024 bytes'], ['268435456 bytes']] },
    ]);
    expect(answer.findings).toMatchObject([
      { finding: { rule: 'no-privileged-container' }, of: 0, other: 'absent' },
    ]);
    expect(answer.severities).toEqual([{ rule: 'no-root-user', values: ['medium', 'low'] }]);
    expect(answer.ways.map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    expect(await shown('compare web db')).toContain('Only web: 1 finding');
  });

  test('compares controls, and calls none that was not read the same', async () => {
    const control = {
      configured: null,
      source: 'measured',
      at: null,
      note: null,
      evidence: null,
    } as const;
    const off = { ...control, control: 'rootfs', effective: 'writable', verdict: 'off' } as const;
    const user = { ...control, control: 'user', effective: [0], verdict: 'off' } as const;
    await scan(0, {
      containers: [
        { ...named('web'), controls: [off, user] },
        {
          ...named('db'),
          controls: [{ ...off, effective: 'read-only', verdict: 'enforced' }, user],
        },
        named('cache'),
      ],
    });

    expect((await answerOf('compare-containers', 'compare web db')).controls).toEqual([
      {
        control: 'rootfs',
        sides: [
          { verdict: 'off', effective: 'writable' },
          { verdict: 'enforced', effective: 'read-only' },
        ],
      },
    ]);
    const { controls } = await answerOf('compare-containers', 'compare web cache');
    expect(controls.map(({ sides }) => sides[1])).toEqual([null, null]);
    expect(await shown('compare web cache')).toContain('not read');
  });

  test('takes nothing for fine that could not be judged of the other one', async () => {
    const { rule } = web;
    await scan(0, {
      containers: [named('web'), named('db')],
      findings: [web],
      undecided: [{ rule, subjectKind: 'container', subjectKey: 'db', reason: 'refused' }],
    });

    expect((await answerOf('compare-containers', 'compare web db')).findings).toMatchObject([
      { other: 'unknown' },
    ]);
    const text = await shown('compare web db');
    expect(text).toContain('could not be judged of the other');
    expect(text).not.toContain('Only web');
  });

  test('keeps apart replicas of one service, of which findings are kept together', async () => {
    const service = { composeProject: 'shop', composeService: 'web' };
    const of = (name: string) => named(name, service);
    const finding = { ...web, subjectKey: 'shop/web', subjects: ['shop-web-1'] };
    await scan(0, { containers: [of('shop-web-1'), of('shop-web-2')], findings: [finding] });

    const { findings } = await answerOf('compare-containers', 'compare shop-web-2 shop-web-1');
    expect(findings).toMatchObject([{ of: 1, other: 'absent' }]);
  });

  test('one name twice means the two of that name', async () => {
    await scan(0, { containers: [named('web', { isPrivileged: true })] });
    await scan(0, { host: 'web-2', containers: [named('web')] });

    const { containers, hosts } = await answerOf('compare-containers', 'compare web web');
    expect(containers.map(({ host }) => host)).toEqual(['web-1', 'web-2']);
    expect(hosts.map(({ name }) => name)).toEqual(['web-1', 'web-2']);
    expect(await shown('compare web web on web-1,web-2')).toContain(
      'web on web-1 against web on web-2',
    );
  });

  test.each([
    ['compare web web on web-1', 'A container does not differ from itself.'],
    ['compare web nowhere', 'No container “nowhere” is known.'],
    ['compare web web-2', '“web” is no host: two hosts are compared, or two containers.'],
  ])('“%s” is a mistake', async (line, message) => {
    await scan(0, { containers: [named('web')] });

    expect(await ask(line)).toMatchObject({ kind: 'problem', cause: 'mistake', message });
  });

  test('two that are alike do not differ', async () => {
    await scan(0, { containers: [named('web'), named('db')] });

    expect(await shown('compare web db')).toContain('No difference in what is known of both.');
  });
});

describe('explain', () => {
  test('a term, and where it applies here', async () => {
    const privileged = observedContainer('a'.repeat(64), { name: 'ci', isPrivileged: true });
    const other = { ...observedContainer('b'.repeat(64), { name: 'web' }), facets: [] };
    await scan(0, { findings: [web], containers: [privileged, other] });

    const { term, rules } = await answerOf('explain', 'explain PRIVILEGED');

    expect(rules).toEqual([]);
    expect(term?.containers).toMatchObject({ found: [{ host: 'web-1', name: 'ci' }], total: 2 });
    expect(term?.related).toMatchObject([
      { id: 'no-added-capabilities', open: [] },
      { id: 'no-host-device', open: [] },
      { id: 'no-privileged-container', open: [{ subjectKey: 'web' }] },
    ]);
    expect(await shown('explain seccomp')).toContain(
      'Could not be judged: ci on web-1, web on web-1',
    );
  });

  test('a capability, in any spelling', async () => {
    const configuredCapabilities = ['CAP_SYS_ADMIN'];
    const strong = observedContainer('a'.repeat(64), { name: 'ci', configuredCapabilities });
    await scan(0, { containers: [strong] });

    for (const word of ['CAP_SYS_ADMIN', 'sys_admin', 'sys admin on web-1']) {
      expect((await answerOf('explain', `explain ${word}`)).term).toMatchObject({
        name: 'CAP_SYS_ADMIN',
        containers: { found: [{ name: 'ci' }] },
      });
    }
  });

  test('a fact of the engine', async () => {
    await scan(0);

    expect((await answerOf('explain', 'explain engine')).term?.facts).toEqual([
      { host: 'web-1', fact: 'version 26.1.5' },
    ]);
  });

  test('claims nothing before the first scan', async () => {
    expect(await shown('explain seccomp')).toContain('unknown, nothing was scanned yet');
    expect(await shown('explain seccomp')).not.toContain('no open finding');
  });

  test('a rule in full, with the term of its name', async () => {
    const { term, rules } = await answerOf('explain', 'explain no-new-privileges');

    expect(term?.related.map(({ id }) => id)).toEqual(['no-new-privileges-default']);
    expect(rules.map(({ rule }) => rule.id)).toEqual(['no-new-privileges']);
  });
});

describe('export', () => {
  test.each(['sarif', 'csv', 'json'])('%s has every finding and unknown', async (format) => {
    const reason = 'not said';
    const unknown = {
      rule: 'no-sshd',
      subjectKind: 'container',
      subjectKey: 'web',
      reason,
    } as const;
    await scan(0, { findings: [web, db], undecided: [unknown] });

    const answer = await answerOf('export', `export ${format}`);

    expect(answer.rows).toBe(3);
    expect(answer.file.text).toContain('no-sshd');
    expect(answer.terminalLine).toBe(`seawall export ${format} on web-1 > ${answer.file.name}`);
  });

  test.each([
    ['export findings', 'export sarif findings'],
    ['export csv json', 'export csv'],
    ['export sraif', 'export sarif'],
  ])('“%s” is a mistake, corrected to “%s”', async (line, correctedLine) => {
    expect(await ask(line)).toMatchObject({ kind: 'problem', cause: 'mistake', correctedLine });
  });
});
