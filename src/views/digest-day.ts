import type { DigestAnswer, DigestHost } from '../answers/digest-answer.ts';
import { counted, listed } from '../shared/text.ts';
import { changeCounts, groupList, type Times } from './digest-lines.ts';
import { acceptanceParts, exposureParts, fixParts } from './digest-parts.ts';
import { isDown } from './digest-states.ts';
import { vanishedParts } from './digest-vanished.ts';
import { vulnerabilityParts } from './digest-vulnerabilities.ts';
import { code, heading, list, note, type Parts, paragraph, type Span, strong } from './document.ts';
import { driftedParts } from './drift.ts';
import { countsText } from './finding-lists.ts';
import { openChart } from './history-chart.ts';
import { groupLines } from './host-groups.ts';
import { HOSTS_SHOWN, hostRemark, restText } from './host-notes.ts';

const NEWS_SHOWN = 8;
const BETTER_SHOWN = 4;
const VANISHED_SHOWN = 6;
const CONTROLS_SHOWN = 4;
const GROUPS_SHOWN = 20;

/** The day of all hosts together, for the thread: what the parent message has no room for. */
export function digestDay(answer: DigestAnswer, times: Times): Parts {
  const { news, better, isBaseline, owners, states } = answer;
  const passing = better.filter(({ change }) => change === 'passing');
  const lasting = better.filter(({ change }) => change !== 'passing');
  return [
    heading('The day in detail'),
    !isBaseline && section('New and worse', news, NEWS_SHOWN),
    ...ownerNotes(owners),
    ...section('Better', lasting, BETTER_SHOWN),
    ...vanishedSection(answer, times),
    ...section('Opened and closed again', passing, BETTER_SHOWN),
    ...acceptanceParts(answer),
    ...fixParts(answer),
    ...vulnerabilityParts(answer),
    ...exposureParts(answer),
    ...driftedParts(answer.drifted),
    ...unknownControlParts(states),
    // None on a first day: one point is no line.
    answer.history && openChart(answer.history),
    ...groupLines(answer.groups, GROUPS_SHOWN),
    ...hostLines(states),
    ...remarkParts(states),
  ];
}

function section(title: string, groups: DigestAnswer['news'], most: number): Parts {
  if (groups.length === 0) return [];
  return [
    paragraph(strong(`${title}: ${changeCounts(groups)}`)),
    ...groupList(groups, most, ['by host below.']),
  ];
}

function ownerNotes(owners: DigestAnswer['owners']): Parts {
  const unreachable = (owners ?? []).filter(({ group }) => group === null);
  if (unreachable.length === 0) return [];
  const names = listed(unreachable.map(({ name }) => name));
  return [note(`Owners without a user group in the settings: ${names}.`)];
}

function vanishedSection(answer: DigestAnswer, times: Times): Parts {
  if (answer.shortLived.length === 0) return [];
  return [
    paragraph(strong(`${counted(answer.shortLived.length, 'short-lived container')} seen`)),
    ...vanishedParts(answer, times, { most: VANISHED_SHOWN }),
    note('Complete for watched hosts; for other hosts only those that a scan saw.'),
  ];
}

/** Controls are not judgements: that nobody measured them stands beside what was judged. */
function unknownControlParts(states: readonly DigestHost[]): Parts {
  const counts = new Map<string, number>();
  // Of a fleet many hosts have the same.
  const alike = Map.groupBy(states, ({ unknownControls }) => unknownControls);
  for (const [unknown, { length }] of alike) {
    for (const { control, containers } of unknown) {
      counts.set(control, (counts.get(control) ?? 0) + containers * length);
    }
  }
  if (counts.size === 0) return [];
  const most = Math.max(...counts.values());
  return [
    paragraph(
      strong('Unknown controls: '),
      `${listed([...counts.keys()], CONTROLS_SHOWN)}, of up to ${counted(most, 'running container')}; see `,
      code('controls'),
      '.',
    ),
  ];
}

function hostLines(states: readonly DigestHost[]): Parts {
  const isFleet = states.length > HOSTS_SHOWN;
  const known = isFleet ? states.filter(({ grade }) => grade !== null).sort(byScore) : states;
  const lines = known.slice(0, HOSTS_SHOWN).map((host): Span[] => {
    const { name, state, grade, open, accepted, containers } = host;
    return [
      strong(state === 'read' ? name : `${name} (${state})`),
      `: grade ${grade ? `${grade.grade} (${grade.score})` : 'unknown'}, `,
      open === null ? 'findings unknown' : `open ${countsText(open)}, ${accepted ?? 0} accepted, `,
      open === null ? '' : counted(containers ?? 0, 'container'),
    ];
  });
  const hidden = states.length - lines.length;
  const unread = isFleet ? states.filter(isDown).length : 0;
  if (hidden > 0) lines.push([`… ${restText(hidden, unread)}: `, code('hosts')]);
  return [paragraph(strong('Hosts')), ...list(lines)];
}

const byScore = (a: DigestHost, b: DigestHost) => (a.grade?.score ?? 0) - (b.grade?.score ?? 0);

function remarkParts(states: readonly DigestHost[]): Parts {
  const remarked = states.filter((one) => hostRemark(one) !== '');
  if (remarked.length === 0) return [];
  const groups = [...Map.groupBy(remarked, hostRemark)].map(
    ([remark, of]) => `${listed(of.map(({ name }) => name))}${remark}`,
  );
  return [note(`${listed(groups)}.`)];
}
