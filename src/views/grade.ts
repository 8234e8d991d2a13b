import type { Posture } from '../posture/posture.ts';
import { counted } from '../shared/text.ts';

type Graded = Pick<Posture, 'score' | 'grade' | 'ceiling' | 'coverage'>;

/** `D (62)`, and `unknown` for what could not be graded. */
export const gradeText = (posture: Pick<Posture, 'score' | 'grade'> | null): string =>
  posture?.grade ? `${posture.grade} (${posture.score})` : 'unknown';

/** Grade, and between which scores it may lie; null where too little could be judged. */
export function gradeRange({ score, grade, ceiling, coverage }: Graded): string | null {
  if (score === null) return null;
  const { unknown } = coverage;
  const range =
    ceiling !== null && ceiling > score
      ? `, between ${score} and ${ceiling}: ${counted(unknown, 'check')} ${unknown === 1 ? 'is' : 'are'} unknown`
      : '';
  return `${grade}, ${score} of 100${range}`;
}

/** Grade and coverage in one line, since neither says much alone: what is proven, and of how much. */
export function gradeLine(posture: Graded): string {
  const { answered, total, notApplicable } = posture.coverage;
  const coverage = `${answered} of ${total - notApplicable} checks answered`;
  return `${gradeRange(posture) ?? 'unknown, too little could be judged'}; ${coverage}`;
}
