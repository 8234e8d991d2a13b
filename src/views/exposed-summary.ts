import type { AnswerBase } from '../answers/answer-base.ts';
import type { Severity } from '../rules/rule.ts';
import { counted } from '../shared/text.ts';
import { code, heading, list, note, strong, type View } from './document.ts';

/** A channel is told of many vulnerabilities at once. */
export interface ExposedSummaryAnswer extends AnswerBase {
  kind: 'exposed-summary';
  /** How many are worth a message by what the channel asks for. */
  known: number;
  exploited: number;
  fixable: number;
  /** The worst few. */
  worst: {
    vulnerability: string;
    severity: Severity | null;
    isExploited: boolean;
    isFixable: boolean;
  }[];
}

/** One message in the place of many. */
export const exposedSummary: View<ExposedSummaryAnswer> = (answer) => {
  const { known, exploited, fixable, worst } = answer;
  const title = `${counted(known, 'vulnerability', 'vulnerabilities')} known now, ${exploited} exploited`;
  return {
    headline: `${title}, ${fixable} with a fix`,
    summary: [
      heading(title),
      ...list(
        worst.map(({ vulnerability, severity, isExploited, isFixable }) => [
          code(vulnerability),
          ' ',
          strong(severity ?? 'severity unknown'),
          isExploited ? ', exploited' : '',
          isFixable ? ', a fix exists' : ', no fix yet',
        ]),
      ),
      note(
        `${fixable} of them have a fix. From now on each new one has its own message; `,
        code('exposure CVE-… on all'),
        ' says who is affected, and since when.',
      ),
    ],
  };
};
