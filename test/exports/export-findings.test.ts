import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { HostJudgements } from '../../src/answers/host-state.ts';
import { exportFindings, exportFormats } from '../../src/exports/export-findings.ts';
import type { StoredState } from '../../src/exports/stored-state.ts';
import type { StoredFinding } from '../../src/ports/stored.ts';
import { rules } from '../../src/programs/assemble.ts';
import { anyCharacter } from '../support/arbitrary-text.ts';
import {
  hostileText,
  hostState,
  storedAcceptance,
  storedFinding,
} from '../support/hostile-answers.ts';
import { parseCsv } from '../support/parse-csv.ts';
import sarifSchema from './sarif.schema.json' with { type: 'json' };

// The schema is of draft 4, in which nothing that it uses differs but the name of its address, and
// it has a pattern that only the older kind of regular expression takes.
const { $schema: _draft, id: _address, ...schema } = sarifSchema;
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

function sarifProblems(log: unknown): unknown[] {
  validate(log);
  return validate.errors ?? [];
}

const web1 = hostState({ name: 'web-1' });
const state = (difference: Partial<StoredState> = {}): StoredState => ({
  version: '1.2.3',
  takenAt: '2026-01-02T06:00:00.000Z',
  rules,
  hosts: [web1, hostState({ name: 'web-2', undecided: [], lastScanAt: null })],
  findings: [
    storedFinding(),
    storedFinding({ fingerprint: 'f2', rule: 'no-root-user', severity: 'medium', host: 'web-2' }),
    storedFinding({ fingerprint: 'f3', severity: 'low', acceptance: storedAcceptance('in-force') }),
    storedFinding({ fingerprint: 'f4', rule: 'rule-of-the-past', severity: 'high' }),
  ],
  ...difference,
});
const text = async (
  format: (typeof exportFormats)[number],
  difference: Partial<StoredState> = {},
) => (await exportFindings(format, state(difference))).text;
const sarif = async (difference: Partial<StoredState> = {}) =>
  JSON.parse(await text('sarif', difference));

const anyText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 30 }),
  fc.constantFrom(hostileText, '=cmd|x', '\ud800', '', '/..//', '[a](http://evil.example) {0} \\'),
);
const anyFinding: fc.Arbitrary<StoredFinding> = fc
  .record({
    subjectKey: anyText,
    message: anyText,
    subjects: fc.array(anyText, { maxLength: 3 }),
    rule: fc.oneof(anyText, fc.constantFrom(...rules.map(({ id }) => id))),
    severity: fc.constantFrom('low', 'medium', 'high', 'critical'),
    baselineState: fc.constantFrom('new', 'unchanged', 'updated'),
    unverifiedReason: fc.option(anyText),
    evidence: fc.array(
      fc.record({ path: anyText, value: fc.oneof(anyText, fc.boolean()), source: anyText }),
      { maxLength: 2 },
    ),
  })
  .map((difference) => storedFinding(difference as Partial<StoredFinding>));
const anyHost: fc.Arbitrary<HostJudgements> = fc
  .record({
    undecided: fc.array(
      fc.record({
        rule: anyText,
        subjectKind: fc.constantFrom('container', 'image', 'engine'),
        subjectKey: fc.option(anyText),
        reason: anyText,
      }),
      { maxLength: 3 },
    ),
  })
  .map((difference) => hostState(difference as Partial<HostJudgements>));

describe('a file', () => {
  test.each([
    ['sarif', 'application/sarif+json', '.sarif'],
    ['csv', 'text/csv; charset=utf-8', '.csv'],
    ['json', 'application/json', '.json'],
  ] as const)(
    'as %s has its type and a name that is safe anywhere',
    async (format, type, ending) => {
      const hosts = [hostState({ name: '../../x y;rm' })];
      const file = await exportFindings(format, state({ hosts }));

      expect(file.mediaType).toBe(type);
      expect(file.name).toBe(`seawall-findings-..-..-x-y-rm-20260102T060000Z${ending}`);
      expect((await exportFindings(format, state())).name).toContain('findings-2-hosts-');
    },
  );

  test.each(exportFormats)('as %s holds no character that acts on a terminal', async (format) => {
    const written = await text(format);

    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(written).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('SARIF', () => {
  test('of findings, unknowns, acceptances and an unscanned host fits the schema', async () => {
    expect(sarifProblems(await sarif())).toEqual([]);
  });

  test('of nothing at all fits it as well', async () => {
    expect(sarifProblems(await sarif({ hosts: [], findings: [] }))).toEqual([]);
  });

  test('the schema refuses what is no SARIF', async () => {
    const log = await sarif();
    log.runs[0].results[0].level = 'critical';

    expect(sarifProblems(log)).not.toEqual([]);
  });

  test('fits the schema whatever the engines call things', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFinding, { maxLength: 4 }), anyHost, async (findings, host) => {
        const log = await sarif({ findings, hosts: [host], rules: rules.slice(0, 2) });
        expect(sarifProblems(log)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('has a run per host with the results of that host', async () => {
    const { runs } = await sarif();

    expect(runs.map(({ properties }: { properties: unknown }) => properties)).toMatchObject([
      { host: 'web-1' },
      { host: 'web-2' },
    ]);
    expect(runs[1].results).toMatchObject([{ ruleId: 'no-root-user', level: 'warning' }]);
  });

  test('says what failed, how bad, since when, and who accepted it', async () => {
    const [first, accepted, past] = (await sarif()).runs[0].results;
    const ids = (await sarif()).runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);

    expect(first).toMatchObject({
      ruleId: 'no-privileged-container',
      kind: 'fail',
      level: 'error',
      baselineState: 'new',
      partialFingerprints: { 'hostAndFinding/v1': 'web-1/f1' },
      suppressions: [],
      properties: { 'security-severity': '9.5' },
    });
    expect(ids[first.ruleIndex]).toBe('no-privileged-container');
    expect(accepted.suppressions).toMatchObject([{ kind: 'external', status: 'accepted' }]);
    expect(past).toMatchObject({ ruleId: 'rule-of-the-past' });
    expect(past).not.toHaveProperty('ruleIndex');
  });

  test('shows what could not be judged as open, never as passed', async () => {
    const { results } = (await sarif({ findings: [] })).runs[0];

    expect(results).toHaveLength(web1.undecided.length);
    for (const result of results) expect(result).toMatchObject({ kind: 'open', level: 'none' });
  });

  test('tells a run that could not read its host from one that could', async () => {
    const time = '2026-01-02T06:00:00.000Z';
    const good = hostState({ lastScanAt: time, lastGoodScanAt: time, unreadSections: [] });
    const [isGood] = (await sarif({ hosts: [good] })).runs[0].invocations;
    const [isBad] = (await sarif({ hosts: [{ ...good, lastGoodScanAt: null }] })).runs[0]
      .invocations;

    expect(isGood).toMatchObject({ executionSuccessful: true, toolExecutionNotifications: [] });
    expect(isBad).toMatchObject({ executionSuccessful: false });
    expect(isBad.toolExecutionNotifications).toHaveLength(1);
  });

  test('makes neither links nor placeholders of what an engine says', async () => {
    const findings = [storedFinding({ message: 'a [b](http://evil.example) {0} \\' })];
    const { message } = (await sarif({ findings })).runs[0].results[0];

    expect(message.text).toBe('a \\[b\\](http://evil.example) {{0}} \\\\');
  });
});

describe('CSV', () => {
  test('has a header, a row per finding and one per unknown, each as wide', async () => {
    const rows = parseCsv(await text('csv'));
    const [header] = rows;

    expect(rows).toHaveLength(1 + 4 + web1.undecided.length);
    expect(header?.slice(0, 4)).toEqual(['host', 'verdict', 'severity', 'rule']);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([header?.length]));
    expect(rows.at(-1)?.[1]).toBe('unknown');
    expect(rows[1]?.[4]).toContain('cis-1.6:5.5');
  });

  test.each([
    ['=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\\u{9}=1"],
    ['  =1', "'  =1"],
    ['＝1', "'＝1"],
    ['a,"b"\r\nc', 'a,"b"\\u{d}\\u{a}c'],
    ['plain', 'plain'],
  ])('%j is shown and never run', async (message, cell) => {
    const [header = [], row = []] = parseCsv(
      await text('csv', { findings: [storedFinding({ message })] }),
    );

    expect(row[header.indexOf('message')]).toBe(cell);
  });

  test('survives any text, and no cell starts a formula', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFinding, { minLength: 1, maxLength: 3 }),
        anyHost,
        async (findings, host) => {
          const rows = parseCsv(await text('csv', { findings, hosts: [host] }));
          expect(rows).toHaveLength(1 + findings.length + host.undecided.length);
          for (const row of rows) {
            expect(row).toHaveLength(rows[0]?.length ?? 0);
            for (const cell of row) expect(cell).not.toMatch(/^\s*[=+\-@\t\r]/);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('JSON', () => {
  test('gives back every finding and unknown as it was stored', async () => {
    const stored = state();
    const parsed = JSON.parse(await text('json'));

    expect(parsed.findings).toEqual(stored.findings);
    expect(parsed.undecided).toEqual(web1.undecided.map((one) => ({ host: 'web-1', ...one })));
    expect(parsed.hosts).toMatchObject([{ name: 'web-1' }, { name: 'web-2', lastScanAt: null }]);
  });

  test('gives back any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFinding, { maxLength: 3 }), async (findings) => {
        expect(JSON.parse(await text('json', { findings })).findings).toEqual(findings);
      }),
      { numRuns: 60 },
    );
  });
});
