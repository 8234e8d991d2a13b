import type { FixAnswer } from '../answers/finding-answers.ts';
import { findingActions } from './actions.ts';
import { code, heading, inWords, note, paragraph, strong, type View } from './document.ts';
import { findingSpans } from './evidence.ts';

export const fix: View<FixAnswer> = ({ finding, rule, change }) => ({
  headline: `How to fix ${rule.id} on ${finding.host}`,
  summary: [
    heading(`Fix: ${rule.id}`),
    paragraph(...findingSpans(finding)),
    paragraph(strong('What to do: '), ...inWords(rule.remediation)),
    change !== null && [
      paragraph(strong('docker run: '), code(change.run)),
      paragraph(strong('Compose: '), code(change.compose)),
    ],
    note('Seawall changes nothing on a host. Scan again afterwards to check that it is fixed.'),
  ],
  actions: findingActions([finding]).filter(({ label }) => label !== 'Fix'),
});
