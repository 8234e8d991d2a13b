import { isAccepted } from '../answers/accepted.ts';
import type { AnswerOf } from '../answers/answer.ts';
import { counted } from '../shared/text.ts';
import { attestationLines } from './attestation-lines.ts';
import { heading, type Part, paragraph, strong, type View } from './document.ts';
import {
  acceptedCountText,
  acceptedLines,
  findingsByRule,
  severityCounts,
} from './finding-lists.ts';
import { hostNotes, undecidedNotes } from './host-notes.ts';

const kinds = {
  open: 'open finding',
  accepted: 'accepted finding',
  expiring: 'acceptance that ends soon',
} as const;

export const findings: View<'findings'> = (answer) => {
  const { findings: found, filter, hosts, takenAt, next } = answer;
  const neverScanned = hosts.every(({ lastScanAt }) => lastScanAt === null);
  const kind = filter.acceptance ?? 'open';
  const plural = kind === 'expiring' ? 'acceptances that end soon' : undefined;
  const total = neverScanned ? 'Nothing is known yet' : counted(found.length, kinds[kind], plural);
  return {
    headline: `${total} on ${hosts.map(({ name }) => name).join(', ')}`,
    summary: [
      heading(total),
      ...(kind !== 'open' ? decidedParts(answer) : neverScanned ? [] : openParts(answer)),
      ...hostNotes(hosts, takenAt),
    ],
    details: kind === 'open' ? undecidedNotes(answer.undecided) : [],
    next,
  };
};

function openParts({ findings: found, acceptedCount }: AnswerOf<'findings'>): Part[] {
  const counts = `${severityCounts(found)}${acceptedCountText(acceptedCount)}`;
  return [paragraph(strong('Severity: '), counts), ...findingsByRule(found)];
}

function decidedParts({ findings: found, lapsed, attestations }: AnswerOf<'findings'>): Part[] {
  return [
    ...acceptedLines(found.filter(isAccepted)),
    ...(lapsed.length > 0
      ? [paragraph(strong('No longer accepted: ')), ...findingsByRule(lapsed)]
      : []),
    ...(attestations.length > 0
      ? [paragraph(strong('Vouched for: ')), ...attestationLines(attestations)]
      : []),
  ];
}
