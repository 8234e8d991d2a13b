import type { DigestAnswer, DigestHost, FindingGroup } from '../answers/digest-answer.ts';
import { clamp, counted, quoteWord } from '../shared/text.ts';
import { clockNotes } from './clock-notes.ts';
import {
  blindLine,
  changeCounts,
  findingsIn,
  groupList,
  narrowed,
  type Times,
} from './digest-lines.ts';
import { stateLine } from './digest-states.ts';
import { code, heading, list, note, type Parts, paragraph, type Span, strong } from './document.ts';
import { unreadNotes } from './host-notes.ts';

const NEWS_SHOWN = 12;
const BETTER_SHOWN = 6;
const OPEN_SHOWN = 10;
const UNREAD_SHOWN = 3;

/** One host in the thread of a digest: what changed on it, the worst that is open, what is blind. */
export function digestHost(answer: DigestAnswer, host: DigestHost, times: Times): Parts {
  const on = ` on ${quoteWord(host.name)}`;
  const own = (groups: readonly FindingGroup[]) =>
    narrowed(groups, (place) => place.host === host.name);
  const [news, better, open] = [own(answer.news), own(answer.better), own(answer.open)];
  const now = answer.takenAt;
  const blind = answer.blind.filter((one) => one.host === host.name);
  const notes: Span[][] = [
    ...stateLine(host, { blind, now, times }),
    ...blind.filter(({ to }) => to !== null).map((one) => [...blindLine(one, times), '.']),
  ];
  // With its zone, so that the line means the same for everybody.
  const since = answer.since === null ? '' : ` since ${answer.since.slice(0, 16)}Z`;
  return [
    heading(titleOf(host, [...news, ...better], answer.isBaseline)),
    paragraph(openText(host)),
    ...list(notes),
    ...section('New and worse', news, NEWS_SHOWN, [code(`diff${since}${on}`)]),
    ...section('Better', better, BETTER_SHOWN, [code(`diff${since}${on}`)]),
    ...section(
      'Open, the worst first',
      open,
      OPEN_SHOWN,
      [code(`export csv${on}`)],
      ['; with every name: ', code(`findings${on}`)],
    ),
    ...clockNotes([host]),
    ...gapNotes(host),
  ];
}

function titleOf(
  { name, grade, state, isFirstRead }: DigestHost,
  changed: readonly FindingGroup[],
  isBaseline: boolean,
): string {
  const graded = grade ? `grade ${grade.grade} (${grade.score})` : 'grade unknown';
  // Of a host that nobody read it is not known that nothing changed.
  const isCompared = state === 'read' && !isBaseline && !isFirstRead;
  const quiet = isCompared ? ', no change' : '';
  const changes = changeCounts(changed);
  return `${clamp(name, 60)}: ${graded}${changes ? `, ${changes}` : quiet}`;
}

/** Sections that one scan could not read; of a host that is down the cause is said already. */
function gapNotes({ state, unreadSections, unknownControls }: DigestHost): Parts {
  if (state === 'down' || state === 'never') return [];
  const hidden = unreadSections.length - UNREAD_SHOWN;
  return [
    ...unreadNotes(unreadSections.slice(0, UNREAD_SHOWN)),
    hidden > 0 && note(`… and ${counted(hidden, 'more section')} not read: status`),
    unknownControls.length > 0 && note(`Unknown: ${unknownText(unknownControls)}.`),
  ];
}

/** Every one of them by name: what nobody measured is not in order. */
function unknownText(found: DigestHost['unknownControls']): string {
  const byCount = Map.groupBy(found, ({ containers }) => containers);
  const said = [...byCount].map(
    ([containers, alike]) =>
      `${alike.map(({ control }) => control).join(', ')} of ${counted(containers, 'container')}`,
  );
  return said.join('; ');
}

function openText({ open, accepted, containers, coverage }: DigestHost): string {
  if (open === null) return 'Nothing is known of its findings.';
  const { critical, high, medium, low } = open;
  const judged = coverage
    ? `; ${coverage.answered} of ${coverage.answered + coverage.unknown} checks answered`
    : '';
  return (
    `Open: ${critical} critical, ${high} high, ${medium} medium, ${low} low; ${accepted ?? 0} accepted; ` +
    `${counted(containers ?? 0, 'container')}${judged}.`
  );
}

function section(
  title: string,
  groups: readonly FindingGroup[],
  most: number,
  elsewhere: readonly Span[],
  hint: readonly Span[] = [],
): Parts {
  if (groups.length === 0) return [];
  return [
    paragraph(strong(`${title}: ${counted(findingsIn(groups), 'finding')}`), ...hint),
    ...groupList(groups, most, elsewhere, true),
  ];
}
