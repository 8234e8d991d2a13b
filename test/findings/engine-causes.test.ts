import { assess } from '../../src/assessment/assess.ts';
import { currentFindings, rootResults } from '../../src/findings/current-findings.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import * as catalogue from '../../src/rules/catalogue/index.ts';
import { execsFound, namedUser, port, privileged } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays, withCapabilities } from '../../src/rules/example-kernel.ts';
import type { ExampleHost, Rule } from '../../src/rules/rule.ts';
import { unread } from '../../src/shared/reading.ts';

const seccompRules = [
  catalogue.noSeccompOff,
  catalogue.engineSeccompProfile,
] as unknown as readonly Rule[];

const unconfinedEngine: ExampleHost = {
  engine: { seccompProfile: 'unconfined' },
  container: { name: 'web', seccomp: 'default' },
  otherContainers: [
    { name: 'db', seccomp: 'default' },
    { name: 'own', seccomp: 'unconfined' },
    { name: 'safe', seccomp: 'custom', seccompAllows: [] },
  ],
};

/** One line per finding, and the verdict of each subject. */
function judge(rules: readonly Rule[], host: ExampleHost) {
  const snapshot = exampleSnapshot(host);
  const results = evaluate(rules, assess(snapshot));
  return {
    snapshot,
    results,
    findings: currentFindings(results, snapshot),
    verdicts: Object.fromEntries(
      results.map(({ rule, subject, verdict }) => [`${rule} ${subject.name}`, verdict]),
    ),
  };
}

describe('seccomp that the engine turns off for all', () => {
  it('is one finding of the engine that names its containers', () => {
    const { findings } = judge(seccompRules, unconfinedEngine);

    expect(
      findings.map(({ rule, subjectKey, subjects }) => ({ rule, subjectKey, subjects })),
    ).toEqual([
      {
        rule: 'engine-seccomp-profile',
        subjectKey: 'engine',
        subjects: ['db', 'engine', 'web'],
      },
      { rule: 'no-seccomp-off', subjectKey: 'own', subjects: ['own'] },
    ]);
    expect(findings[0]?.message).toBe(
      'gives containers no seccomp profile; this reaches db and web',
    );
  });

  it('leaves each container its verdict', () => {
    const { verdicts, results } = judge(seccompRules, unconfinedEngine);

    expect(verdicts).toEqual({
      'no-seccomp-off web': 'fail',
      'no-seccomp-off db': 'fail',
      'no-seccomp-off own': 'fail',
      'no-seccomp-off safe': 'pass',
      'engine-seccomp-profile engine': 'fail',
    });
    expect(results.map(({ cause = '' }) => cause)).toEqual([
      'engine-seccomp-profile',
      'engine-seccomp-profile',
      '',
      '',
      '',
    ]);
  });

  it('is also said once on a kernel without seccomp', () => {
    const { findings } = judge(seccompRules, {
      ...unconfinedEngine,
      engine: { seccompProfile: null },
    });

    expect(findings.map(({ rule, subjects }) => [rule, subjects])).toEqual([
      ['engine-seccomp-profile', ['db', 'engine', 'safe', 'web']],
      ['no-seccomp-off', ['own']],
    ]);
  });

  it('keeps the identity of the engine finding, whichever containers there are', () => {
    const many = judge(seccompRules, unconfinedEngine).findings[0];
    const one = judge(seccompRules, { ...unconfinedEngine, otherContainers: [] }).findings[0];

    expect(many?.fingerprint).toBe(one?.fingerprint);
    expect(one?.subjects).toEqual(['engine', 'web']);
  });

  it('stays with the containers when the rule on the engine was not run', () => {
    const { findings } = judge(seccompRules.slice(0, 1), unconfinedEngine);

    expect(findings.map(({ subjectKey }) => subjectKey).sort()).toEqual(['db', 'own', 'web']);
  });

  it('spells out ten names in the message and all among the subjects', () => {
    const otherContainers = Array.from({ length: 14 }, (_, index) => ({ name: `c${index}` }));
    const [finding] = judge(seccompRules, { ...unconfinedEngine, otherContainers }).findings;

    expect(finding?.message).toMatch(/; this reaches (c\d+, ){9}c\d+ and 5 more$/);
    expect(finding?.subjects).toHaveLength(16);
  });

  it('is not guessed when the engine was not read', () => {
    const snapshot = { ...exampleSnapshot(unconfinedEngine), engine: unread<never>('cut off') };

    expect(currentFindings(evaluate(seccompRules, assess(snapshot)), snapshot)).toEqual([]);
  });
});

describe('an exec of which several rules speak', () => {
  const execRules = [
    ...catalogue.forbiddenExecs,
    catalogue.noRootUser,
    catalogue.noStrongerExec,
  ] as unknown as readonly Rule[];
  const rootExec = execsFound({ isPrivileged: true, user: 'root' });
  const uidMap = [{ inside: 0, outside: 0, count: 4_294_967_295 }];

  it('is one finding, about its power, and leaves each rule its verdict', () => {
    const { findings, verdicts } = judge(execRules, { execs: rootExec });

    expect(verdicts).toMatchObject({
      'no-privileged-exec web': 'fail',
      'no-root-exec web': 'fail',
      'no-stronger-exec web': 'fail',
    });
    expect(findings.map(({ rule, subjects }) => ({ rule, subjects }))).toEqual([
      { rule: 'no-stronger-exec', subjects: ['web'] },
    ]);
    expect(findings[0]?.message).not.toContain('this reaches');
    expect(findings[0]?.message).toBe(
      'runs a command with more power than its own: as root, privileged',
    );
  });

  it('names the process of one that has ended, which no list has', () => {
    const left = { ...withCapabilities('CAP_SYS_ADMIN'), pid: 4300, name: 'sh', uidMap };
    const kernel = kernelSays([kernelProcess(), left]);
    const { findings } = judge([...execRules.slice(-1)], { execs: execsFound(), kernel });

    expect(findings[0]?.message).toMatch(
      /^runs a command with more power .*: its process 4300 \(sh\)/,
    );
  });

  it('is a finding of its own in a privileged container, which it does not outdo', () => {
    const host = { container: privileged, execs: execsFound({ isPrivileged: true }) };

    const { findings } = judge(execRules, host);

    expect(findings.map(({ rule }) => rule)).toEqual(['no-privileged-exec']);
  });

  it('as root is what is said already of a container that runs as root', () => {
    const container = { user: namedUser('', 0) };

    const { findings } = judge(execRules, { container, execs: execsFound({ user: 'root' }) });

    expect(findings.map(({ rule }) => rule)).toEqual(['no-root-user']);
  });

  it('is not hidden behind the finding of another container', () => {
    const results = evaluate(
      execRules,
      assess(exampleSnapshot({ execs: rootExec, otherContainers: [{ name: 'db' }] })),
    ).map((result) =>
      result.rule === 'no-stronger-exec'
        ? { ...result, subject: { ...result.subject, id: 'another', name: 'db' } }
        : result,
    );

    const rules = rootResults(results).map(({ result }) => result.rule);

    expect(new Set(rules)).toEqual(
      new Set(['no-privileged-exec', 'no-root-exec', 'no-stronger-exec']),
    );
  });
});

describe('a public port through which the engine is managed', () => {
  const portRules = [catalogue.noManagementPort, catalogue.noPublicPort] as unknown as Rule[];
  const opened = (...ports: number[]) => ({
    ports: ports.map((containerPort) => ({ ...port('0.0.0.0', containerPort), containerPort })),
  });
  const rulesOf = (host: ExampleHost) => judge(portRules, host).findings.map(({ rule }) => rule);

  it('is one finding', () => {
    expect(rulesOf({ container: opened(2375) })).toEqual(['no-management-port']);
  });

  it('is two where another port is open as well', () => {
    expect(rulesOf({ container: opened(2375, 80) })).toEqual([
      'no-management-port',
      'no-public-port',
    ]);
  });

  it('is an ordinary public port where its number means nothing', () => {
    expect(rulesOf({ container: opened(9000) })).toEqual(['no-public-port']);
  });
});
