import type { PostureAnswer } from '../answers/posture-answer.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { FleetPosture } from '../posture/fleet.ts';
import { pillars } from '../posture/pillars.ts';
import { counted, listed, quoteWord } from '../shared/text.ts';
import { run } from './actions.ts';
import {
  type Action,
  code,
  heading,
  list,
  marked,
  note,
  type Parts,
  paragraph,
  type Span,
  strong,
  titled,
  type View,
} from './document.ts';
import { gradeLine, gradeText } from './grade.ts';
import { HOSTS_SHOWN, hostNotes } from './host-notes.ts';
import { firstScreenParts, seeAll } from './worst-subjects.ts';

export const posture: View<PostureAnswer> = (answer) => {
  const { postures, hosts, fleet, firstScreen, takenAt } = answer;
  const [only] = postures;
  const isOne = fleet === null;
  return {
    headline: `${firstScreen.verdict.sentence} ${headlineOf(answer)}`,
    summary: [
      heading(headlineOf(answer)),
      ...firstScreenParts(firstScreen, isOne),
      fleet
        ? fleetParts(fleet, postures)
        : note(
            strong('Grade: '),
            only?.posture ? gradeLine(only.posture) : 'unknown: the host was never read',
          ),
      ...hostNotes(hosts, takenAt),
    ],
    details: fleet
      ? worstHosts(postures)
          .slice(0, fleet.hosts > HOSTS_TOLD ? DETAILS_TOLD : HOSTS_TOLD)
          .flatMap(hostParts)
      : postures.flatMap((one) => [...hostParts(one), ...pathParts(one)]),
    actions: [
      seeAll(isOne ? (only?.host ?? null) : null),
      ...(isOne && only?.posture ? unknownAction(only.host, only.posture) : []),
    ],
  };
};

function headlineOf({ postures, fleet }: PostureAnswer): string {
  if (fleet) return `${counted(fleet.hosts, 'host')}: ${gradeText(fleet)}`;
  return postures.map((one) => `${one.host}: grade ${gradeText(one.posture)}`).join(' · ');
}

function unknownAction(host: string, { coverage: { unknown } }: HostPosture): Action[] {
  return unknown === 0
    ? []
    : [run(`Unknown: ${unknown}`, `findings unknown on ${quoteWord(host)}`)];
}

/** Ways that are spelled out; a thread has room for few. */
const PATHS_SHOWN = 10;

/** Of so many hosts everything is told; of a larger fleet of those with the lowest scores. */
const HOSTS_TOLD = HOSTS_SHOWN;
const DETAILS_TOLD = 5;

/** Of many hosts those without a grade are named by cause, and not one by one. */
function worstHosts(postures: PostureAnswer['postures']) {
  const graded = postures.filter(({ posture: one }) => one !== null);
  return lowestFirst(postures.length > HOSTS_TOLD ? graded : postures).slice(0, HOSTS_TOLD);
}

/** A host that nobody could read stands first: it is not known to be well. */
function lowestFirst(postures: PostureAnswer['postures']): PostureAnswer['postures'] {
  const scoreOf = ({ posture: one }: PostureAnswer['postures'][number]) => one?.score ?? -1;
  return postures.toSorted((a, b) => scoreOf(a) - scoreOf(b));
}

function fleetParts(fleet: FleetPosture, postures: PostureAnswer['postures']): Parts {
  const missing = fleet.hosts - fleet.graded;
  const { answered, total, notApplicable } = fleet.coverage;
  const graded = postures.filter(({ posture: one }) => one !== null).length;
  const hidden = postures.length > HOSTS_TOLD ? graded - HOSTS_TOLD : 0;
  return [
    ...list(worstHosts(postures).map(hostLine)),
    hidden > 0 && note(`… and ${counted(hidden, 'host')} with better scores.`),
    note(
      strong('Coverage: '),
      `${answered} of ${total - notApplicable} checks answered. `,
      `Pillars of all hosts: ${pillarText(fleet.pillars)}.`,
    ),
    missing > 0 &&
      note(`${counted(missing, 'host')} without a grade: it gets no points until it is scanned.`),
  ];
}

function hostLine({ host, posture: one }: PostureAnswer['postures'][number]): Span[] {
  if (!one) return [strong(host), ': grade unknown'];
  const weakest = one.pillars
    .filter(({ score }) => score !== null)
    .toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0))[0];
  const where = weakest ? `, weakest in ${pillars[weakest.id].title.toLowerCase()}` : '';
  const [fix] = one.bestFixes;
  return [
    strong(host),
    `: grade ${gradeText(one)}${where}`,
    ...(fix ? ['. ', strong('Fix: '), fix.sentence] : []),
  ];
}

const pillarText = (found: readonly Pick<HostPosture['pillars'][number], 'id' | 'score'>[]) =>
  found.map(({ id, score }) => `${pillars[id].title.toLowerCase()} ${scoreText(score)}`).join(', ');

const NEVER_READ =
  'its pillars, what can be exploited and ways to the host, because it was never read.';

function hostParts({ host, posture: one }: PostureAnswer['postures'][number]): Parts {
  if (!one) return [heading(`${host}: grade unknown`), paragraph(strong('Unknown: '), NEVER_READ)];
  return [
    heading(`${host}: grade ${gradeText(one)}`),
    paragraph(strong('Grade: '), gradeLine(one)),
    ...one.caps.map(({ reason, highest }) =>
      paragraph(strong('Capped: '), `the best score is ${highest}, because ${reason}.`),
    ),
    ...list(
      one.pillars
        .toSorted((a, b) => (a.score ?? 101) - (b.score ?? 101))
        .map(({ id, score, weight, failing, unknown, passing }): Span[] => [
          strong(`${pillars[id].title} ${scoreText(score)}`),
          `, worth ${weight} of 100 points: ${counted(failing, 'rule')} failing, ${unknown} unknown, ${passing} passing`,
        ]),
    ),
    ...exploitableParts(one),
    ...titled(
      'Fix first',
      list(one.bestFixes.map(({ sentence, gradeAfter }) => [`${sentence} (${gradeAfter})`])),
    ),
    ...firstPath(one),
  ];
}

/** What counts of vulnerabilities, and what to do. */
function exploitableParts({ exploitable }: HostPosture): Parts {
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
  const bad = exploited.count + critical.count;
  const facet = exploited.count > 0 ? 'known-exploited' : 'critical';
  const some = total - whole;
  return [
    paragraph(
      said,
      `of ${counted(total, 'image')} of running containers `,
      parts.length === 0 ? 'none is known to be' : parts.join(', '),
      ...(bad > 0
        ? [
            `. Rebuild or update ${bad === 1 ? 'it' : 'them'}: `,
            code(`images ${facet}`),
            ' and ',
            code('images <image>'),
          ]
        : []),
      '.',
    ),
    some > 0 &&
      note(`Of ${some} only packages of the system count; `, code('scan deep'), ' reads the rest.'),
  ];
}

function firstPath({ paths, pathCount, pathsUnknown }: HostPosture): Parts {
  const [worst] = paths;
  const more = pathCount > 1 ? ` (${counted(pathCount - 1, 'more way')} to the host)` : '';
  const none = pathsUnknown.length > 0 ? 'unknown' : 'none was found in the configuration';
  return [paragraph(strong('Worst path: '), worst ? `${worst.sentence}${more}` : none)];
}

/** Further paths and what could not be read, for the thread. */
function pathParts({ host, posture: one }: PostureAnswer['postures'][number]): Parts {
  if (!one || (one.paths.length < 2 && one.pathsUnknown.length === 0)) return [];
  const shown = one.paths.slice(0, PATHS_SHOWN);
  const hidden = one.pathCount - shown.length;
  const through = one.waysByContainer?.filter(({ count }) => count > 0).length ?? 0;
  const where = through > 0 ? `, through ${counted(through, 'container')} in all` : '';
  return [
    heading(`${host}: ways to the host`),
    ...list(shown.map(({ severity, sentence }) => [marked(severity), ` ${sentence}`])),
    hidden > 0 &&
      note(
        `… and ${counted(hidden, 'more way')}${where}; `,
        code('isolation'),
        ' tells how many each container has.',
      ),
    ...one.pathsUnknown.map((reason) =>
      note(`Not read, so a way to the host may be there: ${reason}`),
    ),
  ];
}

const scoreText = (score: number | null | undefined): string =>
  score === null || score === undefined ? '–' : String(score);
