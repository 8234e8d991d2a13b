import type { AnswerBase } from '../answers/answer-base.ts';
import type { EdgeRemark } from '../answers/edge-remark.ts';
import type { HostState } from '../answers/host-state.ts';
import { totalOf } from '../findings/severity-counts.ts';
import { ageBetween, counted } from '../shared/text.ts';
import { heading, list, type Span, strong, type View } from './document.ts';
import { edgeNotes } from './edge-notes.ts';
import { acceptedCountText, countsText } from './finding-lists.ts';
import { gradeText } from './grade.ts';
import { hostNotes } from './host-notes.ts';

export interface HostsAnswer extends AnswerBase {
  kind: 'hosts';
  hosts: HostState[];
  /** What stands out among those that dial out. */
  edges: EdgeRemark[];
}

export const hosts: View<HostsAnswer> = ({ hosts: states, edges, takenAt, next }) => ({
  headline: counted(states.length, 'host'),
  summary: [
    heading(counted(states.length, 'host')),
    ...list(states.toSorted(byScore).map((host) => hostLine(host, takenAt))),
    ...edgeNotes(edges, takenAt),
    ...hostNotes(states, takenAt),
  ],
  details: [],
  next,
});

/** The lowest score first; before it those of which nobody knows one. */
const byScore = (a: HostState, b: HostState): number => scoreOf(a) - scoreOf(b);
const scoreOf = ({ grade }: HostState): number => grade?.score ?? -1;

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
