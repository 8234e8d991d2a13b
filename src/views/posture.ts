import type { PostureAnswer } from '../answers/posture-answer.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { FleetPosture } from '../posture/fleet.ts';
import { pillars } from '../posture/pillars.ts';
import { counted, listed } from '../shared/text.ts';
import {
  code,
  heading,
  list,
  note,
  type Part,
  paragraph,
  strong,
  table,
  type View,
} from './document.ts';
import { gradeLine, gradeText } from './grade.ts';
import { hostNotes } from './host-notes.ts';

export const posture: View<PostureAnswer> = ({ postures, hosts, fleet, takenAt, next }) => ({
  headline: fleet
    ? `${counted(fleet.hosts, 'host')}: ${gradeText(fleet)}`
    : postures.map((one) => `${one.host}: grade ${gradeText(one.posture)}`).join(' · '),
  summary: [
    ...(fleet ? fleetParts(fleet, postures) : postures.flatMap(hostParts)),
    ...hostNotes(hosts, takenAt),
  ],
  details: fleet ? lowestFirst(postures).flatMap(hostParts) : postures.flatMap(pathParts),
  next,
});

/** Ways that are spelled out; a thread has room for few. */
const PATHS_SHOWN = 10;

/** Of so many hosts everything is told; of a larger fleet of those with the lowest scores. */
const HOSTS_TOLD = 20;

function lowestFirst(postures: PostureAnswer['postures']): PostureAnswer['postures'] {
  if (postures.length <= HOSTS_TOLD) return postures;
  const scoreOf = ({ posture: one }: PostureAnswer['postures'][number]) => one?.score ?? -1;
  return postures.toSorted((a, b) => scoreOf(a) - scoreOf(b)).slice(0, HOSTS_TOLD);
}

function fleetParts(fleet: FleetPosture, postures: PostureAnswer['postures']): Part[] {
  const missing = fleet.hosts - fleet.graded;
  const { answered, total, notApplicable } = fleet.coverage;
  return [
    heading(`${counted(fleet.hosts, 'host')}: ${gradeText(fleet)}`),
    paragraph(strong('Coverage: '), `${answered} of ${total - notApplicable} judgements made`),
    ...(missing > 0
      ? [note(`${counted(missing, 'host')} without a grade: it earns nothing until it is read.`)]
      : []),
    ...table(
      [
        'host',
        'grade',
        ...fleet.pillars.map(({ id }) => pillars[id].title.toLowerCase()),
        'first fix',
      ],
      [
        ...postures.map(({ host, posture: one }) => [
          host,
          gradeText(one),
          ...fleet.pillars.map(({ id }) =>
            scoreText(one?.pillars.find((pillar) => pillar.id === id)?.score),
          ),
          one?.bestFixes[0]?.sentence ?? '–',
        ]),
        ['all', gradeText(fleet), ...fleet.pillars.map(({ score }) => scoreText(score)), ''],
      ],
    ),
  ];
}

function hostParts({ host, posture: one }: PostureAnswer['postures'][number]): Part[] {
  if (!one) return [heading(`${host}: grade unknown`)];
  return [
    heading(`${host}: grade ${gradeText(one)}`),
    paragraph(strong('Grade: '), gradeLine(one)),
    ...one.caps.map(({ reason, highest }) =>
      paragraph(strong('Capped: '), `the best score is ${highest}, because ${reason}.`),
    ),
    ...table(
      ['pillar', 'score', 'of 100 points', 'failing', 'unknown', 'passing'],
      one.pillars.map(({ id, score, weight, failing, unknown, passing }) => [
        pillars[id].title,
        scoreText(score),
        String(weight),
        String(failing),
        String(unknown),
        String(passing),
      ]),
    ),
    ...exploitableParts(one),
    ...fixParts(one),
    ...firstPath(one),
  ];
}

/** What counts of vulnerabilities, and what to do. */
function exploitableParts({ exploitable }: HostPosture): Part[] {
  if (exploitable === undefined) return [];
  const said = strong('Exploitable: ');
  if (exploitable.state === 'unread') return [paragraph(said, `unknown: ${exploitable.reason}`)];
  const { total, exploited, critical, unknown, whole } = exploitable.value;
  if (total === 0) return [paragraph(said, 'no container runs')];
  const named = (what: string, { count, names }: typeof exploited) =>
    count === 0 ? [] : [`${count} with ${what} (${listed(names, names.length, count)})`];
  const parts = [
    ...named('known exploited vulnerabilities', exploited),
    ...named('a critical one that has a fix', critical),
    ...(unknown.count > 0 ? [`${unknown.count} unknown: ${unknown.reasons.join('; ')}`] : []),
  ];
  const isAny = exploited.count + critical.count > 0;
  const facet = exploited.count > 0 ? 'known-exploited' : 'critical';
  const some = total - whole;
  return [
    paragraph(
      said,
      `of ${counted(total, 'image')} of running containers `,
      parts.length === 0 ? 'none is known to be' : parts.join(', '),
      ...(isAny
        ? ['. Rebuild or update them: ', code(`images ${facet}`), ' and ', code('images <image>')]
        : []),
      '.',
    ),
    ...(some > 0
      ? [
          note(
            `Of ${some} only packages of the system count; `,
            code('scan deep'),
            ' reads the rest.',
          ),
        ]
      : []),
  ];
}

function fixParts({ bestFixes }: HostPosture): Part[] {
  if (bestFixes.length === 0) return [];
  return [
    paragraph(strong('Fix first')),
    ...list(bestFixes.map(({ sentence, gradeAfter }) => [`${sentence} (${gradeAfter})`])),
  ];
}

function firstPath({ paths, pathCount, pathsUnknown }: HostPosture): Part[] {
  const [worst] = paths;
  const more = pathCount > 1 ? ` (${counted(pathCount - 1, 'more way')} to the host)` : '';
  const none = pathsUnknown.length > 0 ? 'unknown' : 'none was found in the configuration';
  return [paragraph(strong('Worst path: '), worst ? `${worst.sentence}${more}` : none)];
}

/** Further paths and what could not be read, for the thread. */
function pathParts({ host, posture: one }: PostureAnswer['postures'][number]): Part[] {
  if (!one || (one.paths.length < 2 && one.pathsUnknown.length === 0)) return [];
  const shown = one.paths.slice(0, PATHS_SHOWN);
  const hidden = one.pathCount - shown.length;
  const through = one.waysByContainer?.filter(({ count }) => count > 0).length ?? 0;
  const where = through > 0 ? `, through ${counted(through, 'container')} in all` : '';
  return [
    heading(`${host}: ways to the host`),
    ...list(shown.map(({ severity, sentence }) => [strong(severity), ` ${sentence}`])),
    ...(hidden > 0
      ? [
          note(
            `… and ${counted(hidden, 'more way')}${where}; `,
            code('isolation'),
            ' tells how many each container has.',
          ),
        ]
      : []),
    ...one.pathsUnknown.map((reason) => note(`Not read, a way may hide there: ${reason}`)),
  ];
}

const scoreText = (score: number | null | undefined): string =>
  score === null || score === undefined ? '–' : String(score);
