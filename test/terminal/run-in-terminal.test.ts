import type { HostJudgements } from '../../src/answers/host-state.ts';
import { countScan } from '../../src/inspections/count-open.ts';
import type { BlindInterval } from '../../src/ports/past.ts';
import type { Core } from '../../src/programs/assemble.ts';
import type { Severity } from '../../src/rules/rule.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { type ExitCode, exitOf } from '../../src/terminal/exit-code.ts';
import { runInTerminal } from '../../src/terminal/run-in-terminal.ts';
import type { Answer, AnswerOf } from '../../src/views/answer.ts';
import {
  hostileAnswers,
  hostState,
  storedAcceptance,
  storedContainer,
  storedFinding,
} from '../support/hostile-answers.ts';
import { type OwnCore, openOwnCore, silentHost } from '../support/own-core.ts';
import { openRecordedEngine, type RecordedEngine } from '../support/recorded-engine.ts';
import { morning } from '../support/scan-records.ts';

const undecidedRule: HostJudgements['undecided'][number] = {
  ...{ rule: 'no-root-user', subjectKind: 'container', subjectKey: 'web', reason: 'not told' },
};
let engine: RecordedEngine;
let core: OwnCore;

beforeAll(async () => {
  engine = await openRecordedEngine();
  core = await openOwnCore([{ ...silentHost('web-1', true), url: engine.url }, silentHost('down')]);
});
afterAll(async () => {
  await core.remove();
  await engine.close();
});

interface Options {
  isJson?: boolean;
  failOn?: Severity;
  context?: Partial<Core['context']>;
}

async function run(line: string, { isJson = false, failOn, context = {} }: Options = {}) {
  let stdout = '';
  let stderr = '';
  const code = await runInTerminal(
    { ...core.context, ...context },
    {
      words: line.split(' '),
      isJson,
      failOn: failOn ?? null,
      reference: 'a1b2',
      openLog: async () => silentLogger,
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
    },
  );
  return { code, stdout, stderr };
}

const exitCode = (
  answer: Answer,
  failOn: Severity | null,
  hosts: readonly HostJudgements[] = [],
  { rules } = core.context,
): ExitCode => {
  const undecided = hosts.flatMap(({ name, undecided: left }) =>
    left.map((one) => ({ ...one, host: name })),
  );
  return exitOf(answer, failOn, { rules, undecided }).code;
};

/** What one host is known as whose newest scan read it. */
const readHost = (difference: Partial<HostJudgements> = {}): HostJudgements =>
  hostState({ unread: null, unreadSections: [], undecided: [], ...difference });
const findingsOf = (difference: Partial<AnswerOf<'findings'>>): Answer => ({
  ...hostileAnswers.findings,
  ...{ past: null, hosts: [readHost()], findings: [], total: { count: 0, unread: [] } },
  ...difference,
});

test('JSON holds no character that acts on a terminal, and means the same', async () => {
  const word = 'sc\u202en';
  const { stdout } = await run(word, { isJson: true });

  expect(stdout).toMatch(/^[\x20-\x7e\n“”…’–]*$/);
  expect(JSON.stringify(JSON.parse(stdout))).toContain(word);
});

describe('the exit code is', () => {
  test.each<[string, number, Options]>([
    ['help', 0, {}],
    ['scan', 0, {}],
    ['scan', 1, { failOn: 'critical' }],
    ['findings', 1, { failOn: 'low' }],
    ['help', 0, { failOn: 'low' }],
    ['scn', 2, {}],
    ['scan on nowhere', 2, {}],
    ['inspect no-such-container', 2, {}],
    ['scan on down', 3, {}],
    ['scan on down', 3, { failOn: 'low' }],
    ['scan on all', 3, {}],
    // What is known to be open wins over what is not known.
    ['scan on all', 1, { failOn: 'critical' }],
    ['findings on all', 1, { failOn: 'low' }],
    ['findings on down', 3, {}],
    ['posture on down', 3, {}],
    ['containers on down', 3, {}],
    ['diff since 1d on down', 3, {}],
    ['export csv on down', 3, {}],
    // The answers below are known whatever the host holds.
    ['hosts down', 0, {}],
    ['status', 0, {}],
    ['explain seccomp on down', 0, {}],
    // One host of them was read.
    ['findings on all', 0, {}],
    ['findings on down', 3, { failOn: 'low' }],
    ['findings on down', 3, { failOn: 'critical' }],
    ['hosts down', 3, { failOn: 'low' }],
    ['hosts', 1, { failOn: 'low' }],
    ['posture on down', 3, { failOn: 'low' }],
    ['containers on down', 3, { failOn: 'low' }],
    ['surface on down', 3, { failOn: 'low' }],
    ['export csv on down', 3, { failOn: 'low' }],
    ['export csv', 1, { failOn: 'low' }],
    ['diff since 1d on down', 3, { failOn: 'low' }],
    ['history on down', 3, { failOn: 'low' }],
  ])('of “%s” %i %j', async (line, code, options) => {
    expect(await run(line, options)).toMatchObject({ code });
  });

  test.each<[string, Error, number]>([
    ['a failing database', new OutsideError('store-failed', 'disk full'), 3],
    ['a bug', new TypeError('a bug'), 3],
  ])('of %s', async (_name, error, code) => {
    const store = { ...core.context.store, listOpenFindings: () => Promise.reject(error) };
    const { stderr, ...rest } = await run('findings', { context: { store } });

    expect(rest).toEqual({ code, stdout: '' });
    expect(stderr).toContain('Reference a1b2');
  });

  test('3 for a scan that could not be stored', () => {
    const [scan] = hostileAnswers.scan.scans;
    const scans = scan ? [{ ...scan, saved: null, storeProblem: 'disk full' }] : [];

    expect(exitCode({ ...hostileAnswers.scan, scans }, null)).toBe(3);
  });

  test('0 where every finding is accepted', () => {
    const accepted = storedFinding({ acceptance: storedAcceptance('in-force') });
    const [scan] = hostileAnswers.scan.scans;
    const results = (scan?.results ?? []).map((result) => ({
      ...result,
      acceptedUntil: '2026-03-01T23:59:59.999Z',
    }));
    const saved = { open: [accepted], closed: [], isFirstScan: false };
    const counts = countScan({ saved, results });
    const scans = scan ? [{ ...scan, results, saved, counts, unreadSections: [] }] : [];

    expect(exitCode(findingsOf({ findings: [accepted] }), 'low')).toBe(0);
    expect(exitCode({ ...hostileAnswers.scan, scans }, 'low')).toBe(0);
  });

  test.each<[string, number, Partial<HostJudgements>[], number?]>([
    ['never scanned', 3, [{ unread: { reason: 'it was never scanned', since: null } }], 3],
    ['down since it was read', 3, [{ unread: { reason: 'refused', since: morning(1) } }]],
    ['read, beside one that is down', 3, [{}, { unread: { reason: 'refused', since: null } }]],
    ['read', 0, [{}]],
    ['read, where the facts do not decide', 0, [{ undecided: [undecidedRule] }]],
    [
      'read but for the images',
      3,
      [
        {
          undecided: [{ ...undecidedRule, subjectKey: null, reason: 'images: timeout' }],
          unreadSections: [{ section: 'images', reason: 'timeout' }],
        },
      ],
    ],
  ])('for no finding on a host that was %s: %i', (_name, code, states, plainCode = 0) => {
    const hosts = states.map(readHost);
    const answer = findingsOf({ hosts });

    expect(exitCode(answer, 'low', hosts)).toBe(code);
    expect(exitCode(answer, null, hosts)).toBe(plainCode);
  });

  test('3 where a container could not be read, 0 where that could not be severe', () => {
    const rules = core.context.rules.filter(({ subject }) => subject === 'container');
    const undecided = rules.map(({ id }) => ({ ...undecidedRule, rule: id }));
    const hosts = [readHost({ undecided })];
    const low = rules.filter(({ severity }) => severity === 'low').slice(0, 1);

    expect(exitCode(findingsOf({ hosts }), 'critical', hosts)).toBe(3);
    expect(
      exitCode(findingsOf({ hosts }), 'critical', hosts, { ...core.context, rules: low }),
    ).toBe(0);
  });

  test('3 for a moment at which nobody read the host, or before it was first read', () => {
    const at = morning(2);
    const sight = { host: 'web-1', firstAt: morning(0), before: morning(0), after: morning(4) };
    const past = { from: at, to: at, sights: [sight], otherHosts: [] };
    const dark: BlindInterval = {
      ...{ kind: 'scan', host: 'web-1', from: morning(1), to: morning(4), lastGood: morning(0) },
      ...{ failedScans: 2, cause: 'refused' },
    };
    const late = { ...past, sights: [{ ...sight, firstAt: morning(4), before: null }] };

    expect(exitCode(findingsOf({ past, blind: [] }), 'low')).toBe(0);
    expect(exitCode(findingsOf({ past, blind: [dark] }), 'low')).toBe(3);
    expect(exitCode(findingsOf({ past: late, blind: [] }), 'low')).toBe(3);
    expect(exitCode(findingsOf({ past: { ...past, sights: [] }, blind: [] }), 'low')).toBe(3);
  });

  test('1 for a finding that the scan could not judge again', () => {
    const [scan] = hostileAnswers.scan.scans;
    const open = [
      storedFinding({ severity: 'high', unverifiedReason: 'timeout', acceptance: null }),
    ];
    const saved = { open, closed: [], isFirstScan: false };
    const counts = countScan({ saved, results: [] });
    const scans = scan ? [{ ...scan, results: [], saved, counts }] : [];

    expect(exitCode({ ...hostileAnswers.scan, scans }, 'high')).toBe(1);
  });

  test('2 for whoever may not', () => {
    expect(exitCode({ ...hostileAnswers.problem, cause: 'refused' }, null)).toBe(2);
  });
});

test('where nobody knows, it says of which host and why', async () => {
  const { stderr } = await run('findings on down', { failOn: 'high' });

  expect(stderr).toMatch(/^Unknown whether there is a finding of high or worse on down: \S/);
});

test('the answer alone stands on standard output, progress and problems on the other', async () => {
  const scan = await run('scan');
  const problem = await run('scn');

  expect(scan.stdout).toContain('Coverage: ');
  expect(scan.stderr).toBe('');
  expect(problem).toMatchObject({ stdout: '' });
  expect(problem.stderr).toContain('Did you mean scan');
});

test('hostile names send no control character to a terminal', async () => {
  const store = { ...core.context.store, listContainers: async () => [storedContainer()] };

  const { stdout } = await run('containers', { context: { store } });

  expect(stdout).toContain('evil-');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e]/);
});

test('a scan as data has the documented shape, passes and unknowns included', async () => {
  const { code, stdout, stderr } = await run('scan', { isJson: true });
  const answer = JSON.parse(stdout) as Record<string, unknown>;

  expect([code, stderr]).toEqual([0, '']);
  expect(answer).toMatchObject({ answer: 'scan', host: 'web-1', takenAt: expect.any(String) });
  const { results, coverage } = answer as unknown as {
    results: Record<string, unknown>[];
    coverage: Record<'answered' | 'unknown' | 'notApplicable' | 'total', number>;
  };
  expect(coverage.answered + coverage.unknown + coverage.notApplicable).toBe(coverage.total);
  expect(results).toHaveLength(coverage.total);
  expect(new Set(results.map(({ verdict }) => verdict))).toContain('pass');
  for (const result of results) {
    expect(result).toMatchObject({
      rule: expect.stringMatching(/^[a-z0-9-]+$/),
      controls: expect.any(Array),
      verdict: expect.stringMatching(/^(pass|fail|unknown|not-applicable)$/),
      severity: expect.stringMatching(/^(low|medium|high|critical)$/),
      subject: { kind: expect.any(String), name: expect.any(String), id: expect.any(String) },
      message: expect.any(String),
      evidence: expect.any(Array),
    });
    const isDecided = result.verdict === 'pass' || result.verdict === 'fail';
    expect(typeof result.reason).toBe(isDecided ? 'undefined' : 'string');
  }
  expect(results.flatMap(({ controls }) => controls as string[]).join(' ')).toMatch(/cis-1\.6:\d/);
});

test('a scan of several hosts has one entry each', async () => {
  const { stdout } = await run('scan on all', { isJson: true });

  expect(JSON.parse(stdout)).toMatchObject({ scans: [{ host: 'web-1' }, { host: 'down' }] });
});

test('containers as data have the documented fields', async () => {
  await run('scan');
  const { stdout } = await run('containers', { isJson: true });
  const { answer, containers, blind } = JSON.parse(stdout) as Record<string, unknown[]>;

  expect([answer, Array.isArray(blind)]).toEqual(['containers', true]);
  expect(Object.keys(containers?.[0] ?? {})).toEqual(
    expect.arrayContaining([
      'host',
      'name',
      'id',
      'image',
      'state',
      'startedAt',
      'removedAt',
      'facets',
    ]),
  );
});

test('a problem is data too when data was asked for', async () => {
  const { stdout } = await run('scn', { isJson: true });

  expect(JSON.parse(stdout)).toMatchObject({ answer: 'problem', correctedLine: 'scan' });
});

it.each(['audit', 'feeds', 'whoami'])(
  'does not let “%s --fail-on” pass, which tells of no finding',
  async (line) => {
    const asked = await run(line, { failOn: 'high' });

    expect(asked).toMatchObject({ code: 2, stdout: (await run(line)).stdout });
    expect(asked.stderr).toMatch(/^--fail-on says nothing here: .*\n$/);
    expect((await run(line)).code).toBe(0);
  },
);
