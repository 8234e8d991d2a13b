import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assessment, assess } from '../../src/assessment/assess.ts';
import { createSnapshotTaker } from '../../src/engine/snapshot-taker.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import { rules } from '../../src/programs/assemble.ts';
import type { SubjectKind, Verdict } from '../../src/rules/rule.ts';
import { isLongRun } from '../support/long-run.ts';
import { patient } from '../support/patient.ts';
import { openRealEngine, type RealEngine, type RealEngineOptions } from '../support/real-engine.ts';
import { openSeawall } from '../support/seawall.ts';
import { createZoo } from './create-zoo.ts';
import { unknownForAll, unknownOnceStarted } from './guards.ts';
import { verdictsIn } from './slack-text.ts';
import {
  BESIDE,
  type CaseResults,
  casePolicy,
  createDefaultsCases,
  defaultsBridge,
  defaultsOptions,
  otherOptions,
  renderWrongVerdicts,
  resultsOf,
  wrongVerdicts,
} from './wrong-verdicts.ts';
import type { ZooContainer } from './zoo.ts';
import {
  engineFails,
  engineUnknown,
  imageUnknown,
  importedImage,
  zooImages,
} from './zoo-images.ts';

// They depend on the kernel and the packages of whatever machine runs the tests.
const machineRules = ['apparmor-profile', 'selinux-label', 'supported-engine-version'];
const idsOf = (kind: SubjectKind) =>
  rules.filter(({ subject }) => subject === kind).map(({ id }) => id);
/** Rules that compare with what is in force have cases of their own, in evidence-cases.test.ts. */
const isOfEvidence = (id: string) => id.endsWith('-in-force') || id === 'no-stronger-exec';
const ruleIds = rules
  .map(({ id }) => id)
  .filter((id) => !machineRules.includes(id) && !isOfEvidence(id));
const containerRuleIds = idsOf('container').filter((id) => ruleIds.includes(id));

let engine: RealEngine;
let zoo: ZooContainer[];

beforeAll(async () => {
  engine = await openRealEngine();
  zoo = await createZoo(engine);
});
afterAll(() => engine?.close());

/** Sorted rules by name of container, the way both sides are compared. */
const expectedOf = (containers: readonly ZooContainer[]) =>
  Object.fromEntries(
    containers.map(({ name, fate, fails, unknown = [] }) => {
      const started = fate === 'stays-created' ? [] : unknownOnceStarted;
      const undecided = [...unknownForAll, ...started, ...unknown];
      return [name, { failing: fails.toSorted(), unknown: undecided.toSorted() }];
    }),
  );

describe('a snapshot of a real engine', () => {
  let assessment: Assessment;
  let results: RuleResult[];

  beforeAll(async () => {
    const hosts = [{ ...patient, name: 'zoo', url: engine.url }];
    const taker = createSnapshotTaker({ hosts, clock: Date.now });
    assessment = assess(await taker.takeSnapshot('zoo'));
    results = evaluate(rules, assessment);
  });

  const rulesOf = (kind: SubjectKind, name: string, verdict: Verdict) =>
    results
      .filter(({ subject }) => subject.kind === kind && subject.name === name)
      .filter((result) => result.verdict === verdict && ruleIds.includes(result.rule))
      .map(({ rule }) => rule)
      .sort();

  it('judges at least 26 containers, each by every rule', () => {
    expect(zoo.length).toBeGreaterThanOrEqual(26);
    for (const { name } of zoo) {
      const judged = results.filter(
        ({ subject }) => subject.kind === 'container' && subject.name === name,
      );
      expect(judged).toHaveLength(idsOf('container').length);
    }
  });

  it('finds what fails in each container, and nothing else', () => {
    const found = zoo.map(({ name }) => [
      name,
      {
        failing: rulesOf('container', name, 'fail'),
        unknown: rulesOf('container', name, 'unknown'),
      },
    ]);
    expect(Object.fromEntries(found)).toEqual(expectedOf(zoo));
  });

  it('finds what fails in each image in use, once per image', () => {
    const images = [importedImage, ...zooImages.filter(({ isUnused }) => !isUnused)];
    const found = images.map(({ tag }) => [
      tag,
      { failing: rulesOf('image', tag, 'fail'), unknown: rulesOf('image', tag, 'unknown') },
    ]);
    const declared = images.map(({ tag, fails, unknown = [] }) => [
      tag,
      { failing: fails.toSorted(), unknown: [...imageUnknown, ...unknown].toSorted() },
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(declared));
  });

  it('holds nothing against an image that no container uses', () => {
    const unused = zooImages.filter(({ isUnused }) => isUnused).map(({ tag }) => tag);
    expect(unused).toHaveLength(1);
    for (const tag of unused) {
      expect(rulesOf('image', tag, 'not-applicable')).toContain('image-user-set');
      expect(rulesOf('image', tag, 'fail')).toEqual([]);
      expect(rulesOf('image', tag, 'unknown')).toEqual([]);
    }
  });

  it('finds what fails in the engine, and says what its API does not show', () => {
    expect(rulesOf('engine', 'engine', 'fail')).toEqual(engineFails);
    expect(rulesOf('engine', 'engine', 'unknown')).toEqual(engineUnknown);
  });

  it('calls nothing about the host itself known that only its files could tell', () => {
    const aboutHost = results.filter(({ subject }) => subject.kind === 'host');
    expect(aboutHost.length).toBeGreaterThan(0);
    expect(aboutHost.filter(({ verdict }) => verdict !== 'unknown')).toEqual([]);
  });

  describe('where docker-bench-security is wrong', () => {
    let cases: CaseResults;
    const engines: RealEngine[] = [];
    beforeAll(async () => {
      const open = async (options: RealEngineOptions) => {
        const opened = await openRealEngine(options);
        engines.push(opened);
        return opened;
      };
      const other = await open({ options: otherOptions });
      const withDefaults = await open({ options: defaultsOptions, bridge: defaultsBridge });
      await createDefaultsCases(withDefaults);
      const snapshotOf = ({ url }: RealEngine) =>
        createSnapshotTaker({
          hosts: [{ ...patient, name: 'case', url }],
          clock: Date.now,
        }).takeSnapshot('case');
      cases = {
        zoo: results,
        'zoo-with-policy': evaluate(rules, assessment, casePolicy),
        other: evaluate(rules, assess(await snapshotOf(other))),
        'with-defaults': evaluate(rules, assess(await snapshotOf(withDefaults)), casePolicy),
      };
    });
    afterAll(async () => {
      for (const one of engines) await one.close();
    });

    it('is right', () => {
      for (const one of wrongVerdicts) {
        const { rule, subject, right } = one;
        const verdicts = resultsOf(one, cases).map(({ verdict }) => verdict);
        expect({ rule, subject, verdicts }).toEqual({ rule, subject, verdicts: [right] });
      }
    });

    /**
     * To change it on purpose: delete the page, run this twice and look at the difference. What stands
     * below is written by scripts/beside-docker-bench.ts.
     */
    it('has the verdicts on their page', () => {
      const path = join(import.meta.dirname, '../../docs/wrong-verdicts.md');
      const isThere = existsSync(path);
      if (!isThere) writeFileSync(path, renderWrongVerdicts(cases));

      expect(isThere).toBe(true);
      const [own, beside] = readFileSync(path, 'utf8').split(`\n${BESIDE}`);
      expect(own).toBe(renderWrongVerdicts(cases));
      expect(beside).toContain('| 5.32 |');
    });
  });

  it('rests every verdict on evidence or a reason', () => {
    const bare = results.filter(({ evidence, reason }) => evidence.length === 0 && !reason);
    expect(bare).toEqual([]);
  });
});

const modes = ['http', 'socket'] as const;
/** All of them by both ways in the long run; else every other one, so that each is asked for once. */
const askedBy = (mode: (typeof modes)[number]): ZooContainer[] =>
  zoo.filter((_one, index) => isLongRun || index % modes.length === modes.indexOf(mode));

describe.each(modes)('the bot in Slack over %s', (mode) => {
  it('answers the same for every container', async () => {
    const hosts = [{ ...patient, name: 'zoo', url: engine.url }];
    const { workspace, logLines, close } = await openSeawall({ hosts, mode });
    try {
      await workspace.sendCommand({ text: 'scan' });
      const answer = await workspace.waitForMessage(
        'security',
        ({ text, edits }) => /zoo .*\d+ critical/.test(text) && edits.length > 0,
        60_000,
      );
      const { ts } = answer;
      const thread = () => workspace.messages('security').filter((m) => m.thread_ts === ts);
      await workspace.waitUntil(() => thread().length > 0, 60_000);

      const found: Record<string, { failing: string[]; unknown: string[] }> = {};
      for (const { name } of askedBy(mode)) {
        const isAbout = (text: string) => text.startsWith(`${name} on zoo: `);
        const answers = () =>
          workspace.ephemerals('security', 'bob').filter(({ text }) => isAbout(text));
        await workspace.sendCommand({ text: `inspect ${name}`, user: 'bob' });
        // What is configured and what is in force come in messages after the findings.
        await workspace.waitUntil(() => answers().length >= 2, 60_000);
        found[name] = verdictsIn(answers(), containerRuleIds);
      }

      expect(found).toEqual(expectedOf(askedBy(mode)));
      expect(workspace.violations).toEqual([]);
      expect(logLines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50)).toEqual(
        [],
      );
    } finally {
      await close();
    }
  });
});
