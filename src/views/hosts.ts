import type { AnswerBase, ListPage } from '../answers/answer-base.ts';
import type { EdgeRemark, HostGroup, HostState } from '../answers/host-state.ts';
import { totalOf } from '../findings/severity-counts.ts';
import { ageBetween, compareText, counted } from '../shared/text.ts';
import { heading, list, type Span, strong, type View } from './document.ts';
import { edgeNotes } from './edge-notes.ts';
import { acceptedCountText, countsText } from './finding-lists.ts';
import { gradeText } from './grade.ts';
import { groupParts } from './host-groups.ts';
import { HOSTS_SHOWN, hostNotes } from './host-notes.ts';
import { rankedPage } from './pages.ts';

export interface HostsAnswer extends AnswerBase {
  kind: 'hosts';
  hosts: HostState[];
  /** What stands out among those that dial out. */
  edges: EdgeRemark[];
  /** By the label of the settings, or by the one that most hosts have; empty for few hosts. */
  groups: HostGroup[];
  /** What of the hosts is shown; null for all. */
  page: ListPage | null;
}

const ROWS = 50;
const GROUPS_SHOWN = 20;

export const hosts: View<HostsAnswer> = (answer) => {
  const { hosts: states, edges, groups, page: asked, takenAt } = answer;
  const isFleet = states.length > HOSTS_SHOWN;
  const sorted = states.toSorted(isFleet ? byGrade : byScore);
  const page = rankedPage(sorted, asked, ROWS);
  const isFirst = (asked?.after ?? null) === null;
  const notes = [...edgeNotes(edges, takenAt), ...hostNotes(states, takenAt)];
  return {
    headline: counted(states.length, 'host'),
    summary: [
      heading(counted(states.length, 'host')),
      isFleet && isFirst && notes,
      isFirst && groupParts(groups, GROUPS_SHOWN),
      ...list(page.shown.map((host) => hostLine(host, takenAt))),
      ...page.notes,
      !isFleet && notes,
    ],
    actions: page.actions,
  };
};

/** The lowest score first; before it those of which nobody knows one. */
const byScore = (a: HostState, b: HostState): number => scoreOf(a) - scoreOf(b);
const scoreOf = ({ grade }: HostState): number => grade?.score ?? -1;

/** Of many hosts those without a grade are named by cause at the top, and stand at the end of the list. */
const byGrade = (a: HostState, b: HostState): number =>
  (a.grade?.score ?? 101) - (b.grade?.score ?? 101) || compareText(a.name, b.name);

function hostLine(host: HostState, now: string): Span[] {
  const { name, isDefault, url, evidence, engineVersion, lastGoodScanAt, grade } = host;
  const seen = lastGoodScanAt ? ageBetween(lastGoodScanAt, now) : 'never';
  return [
    strong(isDefault ? `${name} (default)` : name),
    `: grade ${gradeText(grade)}, open findings ${openText(host)}. `,
    `Read ${seen}, engine ${engineVersion ?? 'unknown'}, evidence ${evidence}, ${url}`,
  ];
}

/** The counts of its last good data, or that nobody knows. */
function openText({ open, accepted }: HostState): string {
  if (open === null) return 'unknown';
  return `${countsText(open)}${acceptedCountText(totalOf(accepted))}`;
}
