import type { Posture } from '../posture/posture.ts';
import { counted } from '../shared/text.ts';

/** `D (62)`, and `unknown` for what could not be graded. */
export function gradeText(posture: Pick<Posture, 'score' | 'grade'> | null): string {
  return posture?.grade ? `${posture.grade} (${posture.score})` : 'unknown';
}

/** Grade and coverage in one line, since neither says much alone: what is proven, and of how much. */
export function gradeLine(
  posture: Pick<Posture, 'score' | 'grade' | 'ceiling' | 'coverage'>,
): string {
  const { answered, total, notApplicable, unknown } = posture.coverage;
  const coverage = `${answered} of ${total - notApplicable} checks answered`;
  if (posture.score === null) return `unknown, too little could be judged; ${coverage}`;
  const ceiling =
    posture.ceiling !== null && posture.ceiling > posture.score
      ? `, between ${posture.score} and ${posture.ceiling}: ${counted(unknown, 'check')} ${unknown === 1 ? 'is' : 'are'} unknown`
      : '';
  return `${posture.grade}, ${posture.score} of 100${ceiling}; ${coverage}`;
}
