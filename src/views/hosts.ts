import type { AnswerBase } from '../answers/answer-base.ts';
import type { HostState } from '../answers/host-state.ts';
import { totalOf } from '../findings/severity-counts.ts';
import { severities } from '../rules/rule.ts';
import { ageBetween, counted } from '../shared/text.ts';
import { heading, table, type View } from './document.ts';
import { acceptedCountText } from './finding-lists.ts';
import { gradeText } from './grade.ts';
import { hostNotes } from './host-notes.ts';

export interface HostsAnswer extends AnswerBase {
  kind: 'hosts';
  hosts: HostState[];
}

export const hosts: View<HostsAnswer> = ({ hosts: states, takenAt, next }) => ({
  headline: counted(states.length, 'host'),
  summary: [
    heading(counted(states.length, 'host')),
    ...table(
      ['host', 'connection', 'engine', 'evidence', 'last contact', 'grade', 'open findings'],
      states.map((host) => [
        host.isDefault ? `${host.name} (default)` : host.name,
        host.url,
        host.engineVersion ?? 'unknown',
        host.evidence,
        host.lastGoodScanAt ? ageBetween(host.lastGoodScanAt, takenAt) : 'never',
        gradeText(host.grade),
        openText(host),
      ]),
    ),
    ...hostNotes(states, takenAt),
  ],
  details: [],
  next,
});

/** The counts of its last good data, or that nobody knows. */
function openText({ open, accepted }: HostState): string {
  if (open === null) return 'unknown';
  const counts = [...severities].reverse().map((severity) => `${open[severity]} ${severity}`);
  return `${counts.join(', ')}${acceptedCountText(totalOf(accepted))}`;
}
