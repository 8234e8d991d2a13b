import { counted } from '../shared/text.ts';
import { heading, paragraph, strong, type View } from './document.ts';
import { findingsByRule, severityCounts } from './finding-lists.ts';
import { hostNotes, undecidedNotes } from './host-notes.ts';

export const findings: View<'findings'> = ({
  findings: found,
  undecided,
  hosts,
  takenAt,
  next,
}) => {
  const neverScanned = hosts.every(({ lastScanAt }) => lastScanAt === null);
  const total = neverScanned ? 'Nothing is known yet' : counted(found.length, 'open finding');
  return {
    headline: `${total} on ${hosts.map(({ name }) => name).join(', ')}`,
    summary: [
      heading(total),
      ...(neverScanned ? [] : [paragraph(strong('Severity: '), severityCounts(found))]),
      ...findingsByRule(found),
      ...hostNotes(hosts, takenAt),
    ],
    details: undecidedNotes(undecided),
    next,
  };
};
