import { isOutward } from '../is-outward.ts';
import { offer } from '../offer.ts';
import type { Frame } from './frame.ts';

const ESCAPES =
  /\b(?:escape|escapes|break(?:s|ing)? ?out|breakout|break free|get out|take ?over|compromise|own) /;

/** How far from the host. */
export const isolationList: Frame = (clues) => {
  const { container } = clues;
  const words = container === null ? [] : [container];
  const takes = container === null ? [] : (['container'] as const);
  const uses =
    'ESCAPE ISOLATED VM UNDER CONTAINER HOST RUN LIST COMPARE EXPLAIN SECURE INSPECT HOW_CHANGED AFFECTED NEED_CONTAINER_REACH STATE_OK GRADE HOW_MANY WHO_DID OK_THING EFFECTIVE CONTROLS EXEC';
  const isWhy =
    clues.has('WHY') ||
    clues.says(
      /^(?:explain|define|what is an?|what are|what does|what is (?:gvisor|kata|runc|runsc|a|container escape|isolation))\b|\bdifference\b|\b(?:through|via|using|over) (?:you|seawall|the bot)\b|\bthrough$/,
    );
  let score = 0;
  if (clues.has('ESCAPE')) score = clues.has('HOST') || ESCAPES.test(`${clues.text()} `) ? 1 : 0.8;
  if (clues.has('ISOLATED'))
    score = Math.max(score, clues.says(/\bisolat|\bair ?gap|\bseparat/) ? 1 : 0.7);
  if (clues.has('VM'))
    score = Math.max(
      score,
      clues.has('RUN|UNDER|COMPARE|ISOLATED') || clues.says(/\bwho|which|any\b/) ? 0.95 : 0.7,
    );
  if (clues.says(/\bshare/) && clues.says(/\bkernel\b/)) score = 0.9;
  if (isWhy) score -= 0.4;
  if (clues.says(/\b(?:namespaces?|network|pid|ipc|uts)\b/) && !clues.says(/\bisolat|escape|break/))
    score -= 0.5;
  return [offer('isolation', words, score, uses, { takes, hasNoTime: true })];
};

/** What a program inside a container gets at. */
export const reachOfContainer: Frame = (clues) => {
  const goesOut = isOutward(clues);
  if (!(clues.has('REACH_WORD') || goesOut) || clues.has('YOU')) return [];
  const { container } = clues;
  const uses =
    'REACH_WORD NEED_CONTAINER_REACH PUBLIC HOST CONTAINER OPEN RUN INSPECT LIST BAD PORT GAIN AFFECTED FINDING COMPARE OK_THING EXPLAIN FIX ESCAPE SURFACE ISOLATED';
  const isStrong = clues.says(
    /\b(?:blast radius|reachable from|lateral|laterally|pivot|reach|reaches|reached|neighbou?rs?|spread|hacked|compromised|breached|hijacked|pwned|talk to|connect to|taken over)\b/,
  );
  const isAttack =
    clues.says(
      /\b(?:attacker|intruder|hacker|malware|adversary|program|process|code|somebody|someone|anybody|one|he|they)\b.{0,60}\b(?:get to|get at|go|reach|reachable|do|see|touch|access|next)\b/,
    ) || clues.says(/\bnetwork access\b/);
  const isBroken = clues.says(
    /\b(?:hacked|compromised|breached|hijacked|pwned|taken over|popped|owned|broken into|exploited)\b/,
  );
  const isPassive = clues.says(
    /\b(?:reachable|reached|access|accessible) from (?:the )?(?:internet|outside|world|anywhere)/,
  );
  if (isPassive) return [];
  if (container === null) {
    const isMeant = isStrong && clues.host === null && !clues.says(/\b(?:you|up|down)\b/);
    if (!isMeant && !goesOut) return [];
    return [
      offer('reach', [], goesOut ? 0.8 : 0.55, uses, { missing: 'container', takes: ['strange'] }),
    ];
  }
  const score = isStrong || isAttack || goesOut ? 1 : 0.6;
  const isToHost =
    clues.says(/\b(?:to|on|at|of) the host\b/) ||
    (clues.has('ESCAPE') &&
      !isBroken &&
      clues.says(/\b(?:host|root|out|break\w*|escap\w*|kernel)\b/));
  return [
    offer('reach', [container], isToHost ? score - 0.3 : score, uses, {
      takes: ['container'],
      hasNoTime: true,
    }),
  ];
};
