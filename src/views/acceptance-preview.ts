import type { AnswerBase } from '../answers/answer-base.ts';
import type { BindingPart } from '../findings/result.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { boundTo } from './accepted.ts';
import { heading, note, paragraph, strong, type View } from './document.ts';
import { findingSpans } from './evidence.ts';

/** What an acceptance would hide, before it is made. */
export interface AcceptancePreviewAnswer extends AnswerBase {
  kind: 'acceptance-preview';
  finding: StoredFinding;
  /** What it would be bound to. */
  binding: BindingPart[];
}

/** What is hidden, and until what happens. */
export const acceptancePreview: View<AcceptancePreviewAnswer> = ({ finding, binding }) => ({
  headline: `Accept ${finding.rule} on ${finding.host}`,
  summary: [
    heading(finding.rule),
    paragraph(strong('This hides one finding: '), ...findingSpans(finding)),
    paragraph(strong('Bound to: '), boundTo(binding) || 'its severity alone'),
    note('It ends when one of these changes or the severity rises. The channel is told.'),
  ],
});
