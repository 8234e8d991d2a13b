import { ageBetween, counted } from '../shared/text.ts';
import { heading, table, type View } from './document.ts';
import { acceptedCountText } from './finding-lists.ts';
import { gradeText } from './grade.ts';
import { hostNotes } from './host-notes.ts';

export const hosts: View<'hosts'> = ({ hosts: states, takenAt, next }) => ({
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
        host.open
          ? `${host.open.critical} critical, ${host.open.high} high, ${host.open.medium} medium, ${host.open.low} low${acceptedCountText(totalOf(host.accepted))}`
          : 'unknown',
      ]),
    ),
    ...hostNotes(states, takenAt),
  ],
  details: [],
  next,
});

const totalOf = (counts: Readonly<Record<string, number>> | null): number =>
  Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
