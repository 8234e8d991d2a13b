import type { EvidenceAnswer } from '../answers/finding-answers.ts';
import { shellWord } from '../inspections/evidence-commands.ts';
import { shortFingerprint } from '../inspections/find-finding.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { ageBetween, listed } from '../shared/text.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import { findingActions } from './actions.ts';
import { code, heading, list, note, paragraph, type Span, strong, type View } from './document.ts';
import { hostNotes } from './host-notes.ts';
import { utcText } from './local-time.ts';

export const evidence: View<EvidenceAnswer> = ({ finding, host, items, takenAt }) => ({
  headline: `Evidence for ${finding.rule} on ${finding.host}`,
  summary: [
    heading(`Evidence: ${finding.rule}`),
    paragraph(...findingSpans(finding)),
    ...list(
      items.map(({ path, value, source, command }): Span[] => [
        code(`${path} = ${JSON.stringify(value)}`),
        ` (${source})`,
        ...(command === null ? [] : [' – see it with ', code(command)]),
      ]),
    ),
    items.some(({ command }) => command !== null) &&
      note(
        'The commands are for a shell on ',
        strong(host.name),
        '; they change nothing.',
        ...engineSpans(host),
      ),
    note(
      `Seen ${ageBetween(finding.lastSeen, takenAt)} (${utcText(finding.lastSeen)}), `,
      `first ${ageBetween(finding.firstSeen, takenAt)}.`,
    ),
    finding.unverifiedReason !== null &&
      note(`Not judged again since: ${finding.unverifiedReason}`),
    ...hostNotes([host], takenAt),
  ],
  actions: findingActions([finding]).filter(({ label }) => label !== 'Evidence'),
});

const USUAL = /^unix:\/\/(\/var)?\/run\/docker\.sock$/;

/** Before commands of Docker's own program, where it would ask another engine than the one that was read. */
const engineSpans = ({ kind, url }: EvidenceAnswer['host']): Span[] =>
  kind === 'unix' && !USUAL.test(url)
    ? [' First set the engine that was asked: ', code(`export DOCKER_HOST=${shellWord(url)}`)]
    : [];

/** A fact with where it was read. */
export const factText = ({ path, value, source }: Evidence): string =>
  `${path} = ${JSON.stringify(value)} (${source})`;

/** One finding in a sentence: severity, code, where, what was seen. */
export function findingSpans(finding: StoredFinding): Span[] {
  const where = listed(finding.subjects.length > 0 ? finding.subjects : [finding.subjectKey]);
  return [
    strong(finding.severity),
    ' ',
    code(shortFingerprint(finding.fingerprint)),
    ` ${where} on ${finding.host}: ${finding.message}`,
  ];
}
