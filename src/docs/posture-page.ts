import { assess } from '../assessment/assess.ts';
import { evaluate } from '../findings/evaluate.ts';
import { PATHS_KEPT } from '../paths/kept-paths.ts';
import { assessHost } from '../posture/assess-host.ts';
import { pillars } from '../posture/pillars.ts';
import type { PillarPosture } from '../posture/posture.ts';
import {
  gradeFloors,
  grades,
  highestScores,
  SHARE_JUDGED_MINIMUM,
  severityWeights,
} from '../posture/score.ts';
import * as catalogue from '../rules/catalogue/index.ts';
import { bind, port } from '../rules/example-facts.ts';
import { exampleSnapshot } from '../rules/example-host.ts';
import { type ExampleHost, pillarIds, type Rule, severities } from '../rules/rule.ts';
import { page } from './page.ts';

/** The page on how the grade is made; its numbers and its example come from the code itself. */
export function renderPosturePage(): string {
  return page(
    'Posture: how the grade is made',
    INTRODUCTION,
    '## From results to points',
    pointsText(),
    pillarTable(),
    unknownText(),
    '## From paths to caps',
    capsText(),
    '## From points to a grade',
    gradeTable(),
    '## What can be exploited in images',
    EXPLOITABLE_TEXT,
    '## The best fixes',
    FIXES_TEXT,
    '## A worked example',
    exampleText(),
    '## A fleet',
    FLEET_TEXT,
    '## Which rule counts where',
    RULES_TEXT,
    ...pillarIds.map(ruleList),
  );
}

const INTRODUCTION = [
  '`seawall posture` gives a host a score from 0 to 100 and a grade from A to F. The score is what is',
  '*proven*: what could not be read earns nothing. Beside it stands the coverage, how many checks the',
  'score rests on, and the ceiling, what the score would be if all unknown checks passed.',
  'All of the arithmetic is in `src/posture/score.ts`.',
].join('\n');

function pointsText(): string {
  const weights = severities.map((one) => `${one} ${severityWeights[one]}`).join(', ');
  return [
    '1. For each subject a rule earns 1 for `pass` and 0 for `fail` and `unknown`; `not-applicable` is left',
    "   out. A failure that is less severe than the rule's own severity loses only its part: a `medium` failure of",
    '   a `high` rule loses half.',
    '2. Over its subjects a rule earns half for the mean and half for the worst. One bad container in a hundred is',
    '   never lost in the crowd, and twice as many containers of each kind change nothing.',
    `3. Within a pillar rules weigh by severity: ${weights}. Rules that ask one question of many files or`,
    '   settings, such as the owners and modes of configuration files, share the weight of the heaviest of them.',
    '4. The pillars add up to 100 points. The weight of a pillar in which nothing applies is dropped.',
  ].join('\n');
}

function pillarTable(): string {
  const rows = pillarIds.map((id) => `| ${pillars[id].title} | ${pillars[id].weight} |`);
  return ['| Pillar | Points |', '|---|---|', ...rows].join('\n');
}

function unknownText(): string {
  return [
    'So a finding that is fixed never lowers the score, and a verdict that becomes unknown never raises it:',
    'nobody looks better by showing less. A host on which less than',
    `${SHARE_JUDGED_MINIMUM * 100} % of the weight that applies could be judged has no grade at all.`,
  ].join('\n');
}

function capsText(): string {
  return [
    'Seawall follows the ways from outside to root on the host (`src/paths`). A way is *direct* when it needs no',
    'other weakness, *unproven* when only a fact that was not read stands between, and *conditional* otherwise;',
    'a conditional way says what has to happen first and caps nothing.',
    '',
    '| What was found | Best score left |',
    '|---|---|',
    `| a direct or unproven way from a public port | ${highestScores['public-port']} |`,
    `| a direct or unproven way from inside a container | ${highestScores.inside} |`,
    `| containers or the engine could not be read, so that a way may hide there | ${highestScores['public-port']} |`,
    '',
    'A cap does not cut the top off: it makes the whole scale smaller, so that progress below it still shows.',
    '',
    `A scan keeps at most ${PATHS_KEPT} ways in full: the ten worst, then the worst through each container, then the`,
    'rest. How many there are, on the host and through each container, is counted before any is left out, at about a',
    'hundred bytes for each container, so that one whose ways were not kept is never shown as one without. Earlier',
    'versions kept ten ways of a host and no counts: of a container that is not among them, such a scan says `not kept`',
    'where the host has more.',
  ].join('\n');
}

function gradeTable(): string {
  const rows = grades.map((grade) => `| ${grade} | ${gradeFloors[grade]} |`);
  return ['| Grade | From |', '|---|---|', ...rows].join('\n');
}

const EXPLOITABLE_TEXT = [
  'Among the rules of the pillar *Images* one more question weighs as a critical rule does: can something in the',
  'images of running containers be exploited? Each of these images is a subject.',
  '',
  '| The image has | It earns |',
  '|---|---|',
  '| a vulnerability that is known to be exploited (CISA) | 0 |',
  '| none of these, but a critical one for which there is a fix | ½ |',
  '| packages of which nobody can say it | 0, as all that is unknown |',
  '| none of this | 1 |',
  '',
  'It is read from the last match of what is stored with the advisories, and made anew by the next scan. Unknown is an',
  'image that was not matched yet, whose packages were not read or have a release that no feed covers or of which feeds',
  'have only some records, and each while no feed says what is exploited or the feeds are too old. Libraries and programs',
  'count where the whole file system was read, in the same ways; `posture` says of how many images it was not. What a',
  'record leaves open (undetermined, of another module stream, of a name that is nearly that of the package) counts',
  'as nothing, since hardly an image has none: `images` counts it. What somebody accepted counts, as accepted findings do.',
  'What to do: `images known-exploited` and `images critical` list them, `images <image>` says what a rebuild fixes.',
].join('\n');

const FIXES_TEXT = [
  'For each finding Seawall computes the score again as if it were fixed: the results of its rule for its',
  'subject count as `pass`, the steps of the attack graph that exist only because of it are taken out, and the',
  'caps are found anew. Where a container has several ways to the host that need no other weakness, closing one',
  'alone closes nothing, so the findings behind them are one fix: the fewest changes that close them all, with',
  'what only `--privileged` hides. Three are shown: first what lifts a cap, then what closes the worst ways, then',
  'what lifts the score most, each with how many ways of how many it closes. Other findings with the same cause',
  'stay as they are in this computation, so the true gain is at least what is said.',
].join('\n');

const FLEET_TEXT = [
  'The score of several hosts is the mean of theirs. A host without a grade earns nothing and is named, so that',
  'looking away from a host never makes the fleet look better. A host that is down keeps the posture of its last',
  'good scan, and the answer says how old that is.',
].join('\n');

const RULES_TEXT = 'Rules in one line share one weight. The [catalogue](rules.md) describes them.';

function ruleList(id: (typeof pillarIds)[number]): string {
  const rules: readonly Rule[] = Object.values(catalogue).filter(({ pillar }) => pillar === id);
  const questions = Map.groupBy(rules, (rule) => rule.question ?? rule.id);
  const lines = [...questions.values()].map(
    (asked) => `- ${asked.map((rule) => `[${rule.id}](rules.md#${rule.id})`).join(', ')}`,
  );
  return [`### ${pillars[id].title}`, '', ...lines].join('\n');
}

const ci: ExampleHost = {
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
  const rules = (Object.values(catalogue) as unknown as readonly Rule[]).filter(({ id }) =>
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
    return `| ${id} | ${severity} | ${verdicts.join(', ')} |`;
  });
  const pillarRows = judged.map(
    ({ id, score: share, weight }) =>
      `| ${pillars[id].title} | ${share ?? 'nothing applies'} | ${weight} |`,
  );
  return [
    'Two containers, and to keep the sum short only six rules. `web` publishes port 80 on every interface; `ci`',
    'runs as root and mounts the engine socket; the engine remaps no users.',
    '',
    '| Rule | Severity | Verdicts |',
    '|---|---|---|',
    ...rows,
    '',
    'A rule that one of two containers fails earns (½ + 0) ÷ 2 = ¼.',
    '',
    '| Pillar | Share in % | Points |',
    '|---|---|---|',
    ...pillarRows,
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
