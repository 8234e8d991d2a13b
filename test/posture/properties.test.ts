import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import type { RuleResult } from '../../src/findings/result.ts';
import { reachOf, worstOf } from '../../src/paths/attack-paths.ts';
import { buildGraph, unknownReasons } from '../../src/paths/build-graph.ts';
import { type Edge, graphOf } from '../../src/paths/graph.ts';
import { waysInto, worstWay } from '../../src/paths/ways.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import { fleetPosture } from '../../src/posture/fleet.ts';
import { postureOf, type Reaches } from '../../src/posture/posture.ts';
import { tallyOf } from '../../src/posture/tally.ts';
import { allRules as rules } from '../../src/rules/all-rules.ts';
import { containerKey } from '../../src/rules/container-key.ts';
import { unread } from '../../src/shared/reading.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { arbitraryHost, arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';
import { runs } from '../support/long-run.ts';

function reachesOn(snapshot: Snapshot): Reaches {
  const graph = buildGraph(assess(snapshot));
  return {
    worst: reachOf(worstWay(graph, 'unproven')),
    proven: reachOf(worstWay(graph, 'direct')),
    pathsUnknown: unknownReasons(snapshot),
  };
}

/** A host without a grade is not better than one with the worst. */
const scoreOf = (results: readonly RuleResult[], reaches: Reaches): number =>
  postureOf(rules, tallyOf(results), reaches).score ?? -1;

/** Ids of containers by the name under which findings know them. */
function idsByKey({ containers }: Snapshot): Map<string, Set<string>> {
  const all = containers.state === 'read' ? containers.value.read : [];
  const groups = Map.groupBy(all, containerKey);
  return new Map([...groups].map(([key, group]) => [key, new Set(group.map(({ id }) => id))]));
}

/** Turns the chosen results into others; `choose` gives a place among those that qualify. */
function change(
  results: readonly RuleResult[],
  which: (result: RuleResult) => boolean,
  place: number,
  verdict: RuleResult['verdict'],
): RuleResult[] {
  const places = results.flatMap((result, index) => (which(result) ? index : []));
  const chosen = places[place % Math.max(1, places.length)];
  return results.map((result, index) => (index === chosen ? { ...result, verdict } : result));
}

/** A host and what is said of it. */
interface Judged {
  snapshot: Snapshot;
  place: number;
  results: readonly RuleResult[];
  reaches: Reaches;
}

const cases = fc.record({ snapshot: arbitrarySnapshot, place: fc.nat(500) });
const judge = ({ snapshot, place }: { snapshot: Snapshot; place: number }): Judged => ({
  ...{ snapshot, place, reaches: reachesOn(snapshot) },
  results: evaluate(rules, assess(snapshot)),
});

const seed = Date.now();
const CASES = runs(150, 1_000);
let judged: readonly Judged[];
// To make and judge a host takes longer than to look at it: all are told the same ones.
beforeAll(() => {
  judged = fc.sample(cases, { seed, numRuns: CASES }).map(judge);
});

/** Looks at so many of the hosts; where something is wrong, fast-check looks for the smallest one. */
function check(property: (one: Judged) => void, numRuns = CASES): void {
  try {
    judged.slice(0, numRuns).forEach(property);
  } catch (error) {
    fc.assert(
      fc.property(cases, (one) => property(judge(one))),
      { seed, numRuns: CASES },
    );
    throw error;
  }
}

describe('on any host', () => {
  it('what all ways tell of the worst is what a search finds', () => {
    check(({ snapshot }) => {
      const graph = buildGraph(assess(snapshot));
      for (const least of ['unproven', 'direct'] as const) {
        const found = worstWay(graph, least);
        const told = worstOf(waysInto(graph), least);
        expect(reachOf(told)).toBe(reachOf(found));
        expect(told?.certainty === 'direct').toBe(found?.certainty === 'direct');
      }
    });
  });

  it('fixing a finding never lowers the score', () => {
    check(({ results, reaches, place }) => {
      const fixed = change(results, ({ verdict }) => verdict === 'fail', place, 'pass');

      expect(scoreOf(fixed, reaches)).toBeGreaterThanOrEqual(scoreOf(results, reaches));
    });
  });

  it('taking a step away from attackers never lowers the score', () => {
    check(({ snapshot, results, reaches: before, place }) => {
      const graph = buildGraph(assess(snapshot));
      const gone = graph.edges[place % Math.max(1, graph.edges.length)];
      const after = { ...before, worst: reachOf(worstWay(graph, 'unproven', (e) => e === gone)) };

      expect(scoreOf(results, after)).toBeGreaterThanOrEqual(scoreOf(results, before));
    });
  });

  it('a verdict that becomes unknown never raises the score', () => {
    check(({ results, reaches, place }) => {
      const blind = change(results, ({ verdict }) => verdict !== 'unknown', place, 'unknown');

      expect(scoreOf(blind, reaches)).toBeLessThanOrEqual(scoreOf(results, reaches));
    });
  });

  it.each(['containers', 'engine'] as const)('not reading %s never raises the score', (section) => {
    check(({ snapshot, results, reaches }) => {
      const blind: Snapshot = { ...snapshot, [section]: unread('cut off') };
      const before = scoreOf(results, reaches);

      expect(scoreOf(evaluate(rules, assess(blind)), reachesOn(blind))).toBeLessThanOrEqual(before);
    });
  });

  it('a public port that leads to root is an F, whatever else is well', () => {
    check(({ results, reaches }) => {
      const allWell = results.map((result): RuleResult => ({ ...result, verdict: 'pass' }));
      const { score, grade } = postureOf(rules, tallyOf(allWell), {
        ...reaches,
        worst: 'public-port',
      });

      expect({ score, grade }).toEqual({ score: 59, grade: 'F' });
    });
  });

  it('twice as many of everything leave the score as it is', () => {
    check(({ results, reaches }) => {
      const twice = [...results, ...results.map((one) => ({ ...one, message: 'again' }))];

      expect(scoreOf(twice, reaches)).toBe(scoreOf(results, reaches));
    });
  });

  it('the score, where there is one, lies between 0 and its ceiling', () => {
    check(({ snapshot, results }) => {
      const { score, grade, ceiling } = assessHost(rules, results, assess(snapshot));

      expect(grade === null).toBe(score === null);
      if (score === null) return;
      expect(score).toBeGreaterThanOrEqual(0);
      expect(ceiling).toBeGreaterThanOrEqual(score);
      expect(ceiling).toBeLessThanOrEqual(100);
    });
  });

  it('every best fix raises the score or closes a way, and is a finding of the host', () => {
    check(({ snapshot, results }) => {
      const { bestFixes, score, pathCount } = assessHost(rules, results, assess(snapshot));
      const failing = new Set(
        results.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule),
      );

      for (const { scoreAfter, waysBefore, waysAfter, rule } of bestFixes) {
        const closes = (waysBefore ?? 0) - (waysAfter ?? 0);
        expect(waysBefore).toBe(pathCount);
        expect(scoreAfter).toBeGreaterThanOrEqual(closes > 0 ? (score ?? 100) : (score ?? 100) + 1);
        expect(failing).toContain(rule);
      }
    }, 60);
  });

  it('no fix closes more ways than are gone when counted anew without its steps', () => {
    const property = fc.property(arbitraryHost, (snapshot) => {
      const { bestFixes, pathCount } = assessHost(
        rules,
        evaluate(rules, assess(snapshot)),
        assess(snapshot),
      );
      const graph = buildGraph(assess(snapshot));
      const idsOf = idsByKey(snapshot);
      for (const { rules: passed = [], subject, waysBefore, waysAfter } of bestFixes) {
        const ids = idsOf.get(subject) ?? new Set();
        const isGone = (edge: Edge) =>
          edge.rules.some((rule) => passed.includes(rule)) &&
          (ids.has(edge.subjectId) || subject === 'engine');
        const edges = graph.edges.filter((edge) => !isGone(edge));

        const counted = Math.min(pathCount, waysInto(graphOf(graph.host, edges, new Map())).length);
        expect(counted).toBeLessThanOrEqual(waysAfter ?? -1);
        expect(waysAfter).toBeLessThanOrEqual(waysBefore ?? -1);
      }
    });
    fc.assert(property, { numRuns: 60 });
  });
});

describe('a doubled host', () => {
  it('has the same score when each container exists twice, but for ways between them', () => {
    check(({ snapshot }) => {
      if (snapshot.containers.state === 'unread') return;
      const { read, unread: lost } = snapshot.containers.value;
      const again = read.map((one) => ({ ...one, id: `${one.id}-again` }));
      const containers = {
        state: 'read' as const,
        value: { read: [...read, ...again], unread: lost },
      };
      // One rule takes what several containers share for the engine's own setting: for it, the
      // number of containers is evidence.
      const ofContainers = rules.filter(
        ({ subject, id }) => subject === 'container' && id !== 'ulimit-override-intended',
      );
      // These answer for each container by its own id.
      const none = { state: 'read' as const, value: [] };
      const { hostProcesses: host } = snapshot;
      const hostProcesses =
        host.state === 'read' ? { ...host, value: { ...host.value, strays: [] } } : host;
      const sections = { processes: none, limits: none, execs: none, hostProcesses };
      const blind: Snapshot = { ...snapshot, ...sections };
      const twice: Snapshot = { ...blind, containers };
      const postureWith = (one: Snapshot, ways = one) =>
        postureOf(ofContainers, tallyOf(evaluate(ofContainers, assess(one))), {
          ...reachesOn(ways),
          pathsUnknown: [],
        });

      // Except for those that could not be read, which are not doubled.
      if (lost.length > 0) return;
      expect(postureWith(twice, blind).score).toBe(postureWith(blind).score);
      // Two that share what is the host's may reach one another, which can open a way and closes none.
      expect(postureWith(twice).score ?? 0).toBeLessThanOrEqual(postureWith(blind).score ?? 0);
    });
  });
});

it('a host on which nothing could be judged has no grade', () => {
  fc.assert(
    fc.property(arbitrarySnapshot, (snapshot) => {
      const blind = Object.fromEntries(
        Object.entries(snapshot).map(([key, value]) =>
          typeof value === 'string' ? [key, value] : [key, unread('down')],
        ),
      ) as unknown as Snapshot;
      const posture = assessHost(rules, evaluate(rules, assess(blind)), assess(blind));

      expect(posture).toMatchObject({ score: null, grade: null, ceiling: null, bestFixes: [] });
      expect(posture.coverage.unknown).toBeGreaterThan(0);
      expect(posture.pathsUnknown).not.toEqual([]);
    }),
    { numRuns: 10 },
  );
});

describe('a fleet', () => {
  const postures = fc.array(
    arbitrarySnapshot.map((snapshot) =>
      assessHost(rules, evaluate(rules, assess(snapshot)), assess(snapshot)),
    ),
    { minLength: 1, maxLength: 4 },
  );

  it('weighs the same twice as large, and no better for a host nobody can see', () => {
    fc.assert(
      fc.property(postures, (hosts) => {
        const { score } = fleetPosture(hosts);

        expect(fleetPosture([...hosts, ...hosts]).score).toBe(score);
        expect(fleetPosture([...hosts, null]).score ?? -1).toBeLessThanOrEqual(score ?? -1);
      }),
      { numRuns: 30 },
    );
  });

  it('has no grade when none of its hosts has one', () => {
    expect(fleetPosture([null, null])).toMatchObject({ score: null, grade: null, graded: 0 });
  });
});
