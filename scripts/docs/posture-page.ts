import { assess } from '../../src/assessment/assess.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { PATHS_KEPT } from '../../src/paths/kept-paths.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import { pillars } from '../../src/posture/pillars.ts';
import type { PillarPosture } from '../../src/posture/posture.ts';
import {
  gradeFloors,
  grades,
  highestScores,
  SHARE_JUDGED_MINIMUM,
  severityWeights,
} from '../../src/posture/score.ts';
import { allRules } from '../../src/rules/all-rules.ts';
import { bind, port } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { type ExampleHost, pillarIds, type Rule, severities } from '../../src/rules/rule.ts';
import { filled, table } from './page.ts';

/** The page on how the grade is made; its numbers and its example come from the code itself. */
export function renderPosturePage(): string {
  const { 'public-port': ofPort, inside } = highestScores;
  return filled('docs/posture.md', {
    weights: severities.map((one) => `${one} ${severityWeights[one]}`).join(', '),
    pillars: table(
      ['Pillar', 'Points'],
      pillarIds.map((id) => [pillars[id].title, String(pillars[id].weight)]),
    ),
    share: `${SHARE_JUDGED_MINIMUM * 100} %`,
    caps: table(
      ['What was found', 'Best score left'],
      [
        ['a direct or unproven way from a public port', String(ofPort)],
        ['a direct or unproven way from inside a container', String(inside)],
        [
          'containers or the engine could not be read, so that a way may hide there',
          String(ofPort),
        ],
      ],
    ),
    'paths-kept': PATHS_KEPT,
    grades: table(
      ['Grade', 'From'],
      grades.map((grade) => [grade, String(gradeFloors[grade])]),
    ),
    example: exampleText(),
    rules: pillarIds.map(ruleList).join('\n\n'),
  });
}

function ruleList(id: (typeof pillarIds)[number]): string {
  const rules: readonly Rule[] = allRules.filter(({ pillar }) => pillar === id);
  const questions = Map.groupBy(rules, (rule) => rule.question ?? rule.id);
  const lines = [...questions.values()].map(
    (asked) => `- ${asked.map((rule) => `[${rule.id}](rules.md#${rule.id})`).join(', ')}`,
  );
  return [`### ${pillars[id].title}`, '', ...lines].join('\n');
}

const ci: ExampleHost = {
  // So that seccomp, which the engine gives by default, is known without the kernel.
  engine: { hasLiveRestore: false },
  container: { ports: [port('0.0.0.0', 80)] },
  otherContainers: [
    {
      name: 'ci',
      user: { declared: '', uid: 0, reason: null },
      mounts: [bind('/run/docker.sock')],
    },
  ],
};

function exampleText(): string {
  const snapshot = assess(exampleSnapshot(ci));
  // A few rules, so that the sum can be done by hand.
  const ids = ['no-docker-socket-mount', 'no-root-user', 'no-public-port', 'no-host-pid'];
  const rules = allRules.filter(({ id }) =>
    [...ids, 'no-seccomp-off', 'userns-remap'].includes(id),
  );
  const results = evaluate(rules, snapshot);
  const {
    score,
    grade,
    caps,
    pillars: judged,
    bestFixes,
    paths,
  } = assessHost(rules, results, snapshot);
  const rows = rules.map(({ id, severity }) => {
    const verdicts = results
      .filter(({ rule }) => rule === id)
      .map(({ subject, verdict, severity: found }) =>
        verdict === 'fail' ? `${subject.name} fail (${found})` : `${subject.name} ${verdict}`,
      );
    return [id, severity, verdicts.join(', ')];
  });
  const pillarRows = judged.map(({ id, score: share, weight }) => [
    pillars[id].title,
    String(share ?? 'nothing applies'),
    String(weight),
  ]);
  return [
    table(['Rule', 'Severity', 'Verdicts'], rows),
    '',
    'A rule that one of two containers fails earns (½ + 0) ÷ 2 = ¼.',
    '',
    table(['Pillar', 'Share in %', 'Points'], pillarRows),
    '',
    `Together: ${sumText(judged, caps[0]?.highest ?? 100)}.`,
    '',
    ...caps.map(({ highest, reason }) => `- Capped at ${highest}: ${reason}.`),
    ...paths.map(({ sentence, severity }) => `- Way to the host (${severity}): ${sentence}`),
    '',
    `The score is ${score}, the grade ${grade}. The best fixes:`,
    '',
    ...bestFixes.map(({ sentence, gradeAfter }) => `- ${sentence} (${gradeAfter})`),
  ].join('\n');
}

/** The last two steps of the arithmetic, written out. */
function sumText(judged: readonly PillarPosture[], highest: number): string {
  const counted = judged.filter(({ score }) => score !== null);
  const sum = counted.map(({ score, weight }) => `${weight} × ${(score ?? 0) / 100}`).join(' + ');
  const weight = counted.reduce((total, one) => total + one.weight, 0);
  return `(${sum}) ÷ ${weight}, times the best score left, ${highest}`;
}
