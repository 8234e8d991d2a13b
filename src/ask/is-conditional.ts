import { withoutManners } from './manners.ts';
import { normalQuestion } from './split-question.ts';

/** Lines that do something at once; decisions wait for a press. */
const DONE = /^(?:scan|digest now)\b/;
/** “As soon as the window opens, scan web1”. */
const CONDITION =
  /\b(?:if|unless|as soon as|as long as|provided|assuming|in case|when|whenever|once(?! more\b| again\b))\b/i;

/** “Do not scan prod today”. */
const DENIED =
  /\b(?:not|don['’]?t|never|stop|avoid|refrain|no need to)(?! (?:forget|hesitate|only|just|yet)\b) (?:[\w'’]{1,12} ){0,3}?(?:re-?)?(?:scan|check|post|send)/i;

/** True where a line does something at once that its question denies, or asks for under a condition, which nobody can judge. */
export const isConditional = (question: string, line: string): boolean =>
  DONE.test(line) &&
  (CONDITION.test(withoutManners(normalQuestion(question))) || DENIED.test(question));
