import { isStopDenied } from '../denied-stop.ts';
import { findSchedule } from '../find-schedule.ts';
import { type Offer, offer } from '../offer.ts';
import type { Frame } from './frame.ts';

const DIGEST_IDEAS =
  'CHANNEL DIGEST SEND PREVIEW SCHEDULE STOP START LIST YOU NEXT EXPLAIN INSPECT AGAIN LAST_SCAN EXPORT HOST OPEN FRESH';

/** “Why is there no digest today”, “the digest did not come”: when it comes, and whether it was sent, tells. */
const MISSED =
  /\b(?:why|how come)\b.{0,30}\bno (?:daily )?digest\b|\b(?:why|how come)\b.{0,20}\b(?:not|never) (?:get|see|receive|have) (?:the|a|any|our|my) (?:daily )?digest\b|\bdigest (?:did|has|was|is) not (?:come|came|arrived?|sent|posted|here|shown?)\b/;

/** The daily digest: shown, posted, scheduled or switched off. */
export const digestDeeds: Frame = (clues) => {
  if (!clues.has('DIGEST') || clues.container !== null) return [];
  const isWord = clues.says(/\bdigests?\b/);
  const base = isWord ? 1 : 0.8;
  const more = { hasNoTime: true };
  const isWhen = clues.says(/\b(?:when|(?:what|which) (?:time|hour)|next|how long)\b/);
  const isUntold = clues.has('NOT_TOLD|WHY|WHO_DID') && clues.says(/\b(?:why|who|not)\b/);
  // A summary of what changed in a time is no digest.
  const isOfChanges = !isWord && clues.reading.when !== null && clues.has('CHANGED|FINDING|AUDIT');
  if (clues.says(MISSED))
    return [offer('digest', [], 0.95, `${DIGEST_IDEAS} WHY NO NOT NOT_TOLD`, more)];
  if (isUntold || isOfChanges) return [];
  if (isStopDenied(clues)) return [offer('digest', [], 0.5, DIGEST_IDEAS, more)];
  const isTomorrow = clues.says(
    /\b(?:tomorrow|preview\w*|before (?:it|every\w+|others|the)|beforehand|would|will|draft|in advance|dry run|ahead|without (?:posting|sending)|peek|going to|test run)\b/,
  );
  const schedule = findSchedule(clues);
  if (clues.has('PREVIEW') && isTomorrow && schedule?.isOfDays !== true)
    return [offer('digest', ['preview'], base, DIGEST_IDEAS, more)];
  const isSet =
    schedule?.isOfDays === true ||
    clues.has('SCHEDULE|SEND|START') ||
    clues.says(/^(?:the |our )?(?:daily )?digest at\b/) ||
    clues.says(/\b(?:change|move|set|would be|prefer|like|have|come|arrive|shall|put|shift)\b/);
  const isAbout = clues.says(/^(?:when|why|is|was|did|does|which|what|who|how)\b/);
  if (schedule !== null && isSet && !isAbout) {
    const words = ['schedule', ...schedule.words];
    const whole: Partial<Offer> = { ...more, takes: ['strange'] };
    return [offer('digest', words, base, `${DIGEST_IDEAS} CHANGED DECIDE_VERB`, whole)];
  }
  const isStop = clues.says(
    /\b(?:stop|off|disable|cancel|end|mute|silence|no more|quit|suspend|unsubscribe|halt|pause|cease|do not (?:send|post))\b/,
  );
  // “Not on weekends” is less of them, and not their end.
  const isOnSome = clues.says(
    /\b(?:weekends?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|holidays?)\b/,
  );
  if (clues.has('STOP') && isStop && !isOnSome)
    return [offer('digest', ['off'], base, DIGEST_IDEAS, more)];
  const isHere = clues.says(/\b(?:here|channel|room)\b/);
  if (isHere && clues.says(/^(?:\w{1,6} )?(?:when|what|which|how|is|are|do|does|show|tell)\b/))
    return [offer('digest', [], base, `${DIGEST_IDEAS} STATE_OK CHANGED EFFECTIVE`, more)];
  const isNext = clues.says(/\b(?:next|until|today|tomorrow)\b/);
  if (isWhen) return [offer('digest', [], isNext ? 0.5 : base, DIGEST_IDEAS, more)];
  if (
    clues.has('SEND') &&
    clues.says(
      /\b(?:now|send|post|publish|deliver|push|issue|give (?:me|us)|share|trigger|immediately|right away|run|drop|put out|fire)\b/,
    ) &&
    !clues.says(/^(?:when|how|is|did|does|was|what|which)\b/) &&
    !clues.says(
      /\b(?:not|never|no|nobody|nothing|settings?|config\w*|schedule|time|zone|help|commands?)\b/,
    )
  ) {
    return [offer('digest', ['now'], base, DIGEST_IDEAS, more)];
  }
  const isAsked = clues.says(
    /\b(?:schedul\w*|set up|settings?|configured|is there|do we|^is (?:the|our) (?:daily )?digest (?:still )?(?:on|active|enabled)|show|what|how often|which)\b/,
  );
  const isAll = clues.reading.tokens.length === 1;
  return [offer('digest', [], (isAsked || isAll) && isWord ? 0.8 : 0.5, DIGEST_IDEAS, more)];
};
