/** Lines that do something at once; decisions wait for a press. */
const DONE = /^(?:scan|digest now)\b/;
/** “As soon as the window opens, scan web1”. */
const CONDITION =
  /\b(?:if|unless|as soon as|as long as|provided|assuming|in case|when|whenever|once(?! more\b| again\b))\b/i;

/** True where a line does something at once that its question asks for under a condition, which nobody can judge. */
export const isConditional = (question: string, line: string): boolean =>
  DONE.test(line) && CONDITION.test(question);
