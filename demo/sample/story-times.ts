/** When a step was recorded and when it happens in the story, in epoch milliseconds. */
export interface StepTimes {
  recordedFrom: number;
  happensAt: number;
}

const ISO_TIME = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z/g;
const CREATED_SECONDS = /"Created":(\d{10})\b/g;

/**
 * Moves the times in an answer from the recording into the story: what happened so long after a step
 * began to be recorded happens as long after that step of the story. Older times stay as they are.
 * `steps` are in the order of their recording.
 */
export function moveTimes(text: string, steps: readonly StepTimes[]): string {
  const move = (at: number): number | null => {
    const step = steps.findLast(({ recordedFrom }) => recordedFrom <= at);
    return step === undefined ? null : step.happensAt + (at - step.recordedFrom);
  };
  return text
    .replace(ISO_TIME, (whole, seconds: string, fraction = '') => {
      const moved = move(Date.parse(`${seconds}${fraction.slice(0, 4)}Z`));
      if (moved === null) return whole;
      return `${new Date(moved).toISOString().slice(0, -1)}${fraction.slice(4)}Z`;
    })
    .replace(CREATED_SECONDS, (whole, seconds: string) => {
      const moved = move(Number(seconds) * 1_000);
      return moved === null ? whole : `"Created":${Math.floor(moved / 1_000)}`;
    });
}
