import { plainRequest } from './split-question.ts';

const DEEDS =
  /^(?:accept|unaccept|attest|baseline|scan|hosts (?:add|rotate|revoke|remove)|images (?:import|forget)|feeds (?:import|sync)|digest (?:now|off|schedule)|alerts (?:on|off))\b/;

/** True for a line that does or decides something. */
export const isDeed = (line: string): boolean => DEEDS.test(line);

/** Lines that do something at once; decisions wait for a press. */
const DONE = /^(?:scan|digest now|feeds sync)\b/;
/** “Should we scan prod?”: is for people to decide. */
const WHETHER = /^(?:should|shall|must|ought) (?:i|we|somebody|someone)\b/i;
/** “As soon as the window opens, scan web1”. */
const CONDITION =
  /\b(?:if|unless|as soon as|as long as|provided|assuming|in case|when|whenever|(?<!\bat )once(?! more\b| again\b))\b/i;

/** “Tell me when CVE-2024-3094 is fixed”: how it is now does not answer; “when it was fixed” asks for the past. */
const AWAITS =
  /\b(?:(?:(?:tell|let) (?:me|us|this channel)(?: know)?|remind (?:me|us)) (?:when(?:ever)?|once|as soon as|the moment)|(?:notify|inform|warn|ping|message|alert|wake|page) (?:me|us|this channel)(?: up)? (?:when(?:ever)?|if|once|as soon as|the moment)|(?:keep|have) an eye on|watch out for|subscribe (?:me |us )?to)\b(?! (?:more|again|you (?:have|are))\b)(?!.{0,80}\b(?:was|were|did|had|last|next)\b)/i;
const AWAITED = /^(?:alerts|digest|status|help|whoami)\b/;

/** True for a line that shows how something is now, of which its question wants to hear later. */
const isAwaited = (question: string, line: string): boolean =>
  !AWAITED.test(line) && !isDeed(line) && AWAITS.test(question);

/** “Do not scan prod today”. */
const DENIED =
  /\b(?:scan|check|post|send) (?:nothing|none|nowhere)\b|\b(?:not|don['’]?t|never|stop|avoid|refrain|no need to)(?! (?:forget|hesitate|only|just|yet)\b) (?:[\w'’]{1,12} ){0,3}?(?:re-?)?(?:scan|check|post|send|sync|updat|fetch|refresh)/i;

/** “Scan web1 at 5pm”, “scan it every night”; “before the call tomorrow” says why it is to be done now. */
const LATER =
  /\b(?:re-?scan|scan|check|post|send|publish|sync|update|fetch|refresh)\b(?:(?!\b(?:before|because|since|ahead|for|as)\b)[^.,;?!]){0,60}?\b(?:tomorrow|tonight|overnight|later|(?:hourly|nightly|daily|weekly|monthly)(?! (?:dig|summar|report|message|post|update|overview))|(?:every|each) (?:\w+ )?(?:minutes?|hours?|nights?|days?|weeks?|months?|mornings?|evenings?|weekends?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)|at (?:\d{1,2}(?::\d\d)?(?: ?(?:am|pm|uhr))?(?![\w:])|noon|midnight|night)|in (?:an?|half an|a few|a couple of|\d{1,3}|two|three|four|five|six|ten|twelve) (?:minutes?|mins?|hours?|days?|weeks?)|(?:on|next|this) (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|week|weekend|month)|(?:this|in the) (?:morning|evening|afternoon))(?!\w)/i;

/** True where a line does something at once that its question denies, wants later, or asks for under a condition, which nobody can judge. */
const isConditional = (question: string, line: string): boolean =>
  DONE.test(line) &&
  (CONDITION.test(plainRequest(question)) ||
    WHETHER.test(plainRequest(question)) ||
    DENIED.test(question) ||
    LATER.test(question));

/** True for a line that is not to be run now, or that tells how something is now where its question waits for it. */
export const isHeld = (question: string, line: string): boolean =>
  isConditional(question, line) || isAwaited(question, line);
