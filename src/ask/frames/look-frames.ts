import type { Clues } from '../clues.ts';
import { findMeantRule } from '../find-topic.ts';
import { offer } from '../offer.ts';
import type { Frame } from './frame.ts';

export const LOOK_IDEAS =
  'WHO_DID DID_ACCEPT ACCEPTED PROOF WHY HOW_TO FIX FIX_FIRST REPORTED FINDING CONTAINER LIST OK_THING BAD INSPECT EXPLAIN VIOLATE NOT_TOLD RISK CRITICAL HIGH MEDIUM LOW ROOT PRIVILEGED HOST_NETWORK HOST_PID HOST_IPC HOST_UTS HOST_USERNS DOCKER_SOCKET SENSITIVE_MOUNT ADDED_CAPABILITY DEVICE GAIN SECCOMP APPARMOR WRITABLE MEMORY CPU PIDS LIMIT HEALTHCHECK PUBLIC PUBLISHED MUTABLE_TAG ENV SECRET NO OFF NOT MANAGEMENT_PORT';

/** One finding by its code, or that of a rule at a container: why, on what evidence, and how it is fixed. */
export const oneFinding: Frame = (clues, { rules }) => {
  const { code, containers } = clues.reading;
  const look = lookAt(clues);
  const flags = look === '' ? {} : { flags: look };
  const more = { ...flags, hasNoTime: true };
  if (code !== null) {
    const isDecided = clues.says(
      /^(?!who\b|by whom\b).*\b(?:accept\w*|exceptions?|exemptions?|waive\w*)\b/,
    );
    const score = isDecided ? 0.6 : 0.95;
    return [offer('why', [code.id], score, LOOK_IDEAS, { ...more, takes: ['code'] })];
  }
  const { container } = clues;
  if (look === '' || container === null || containers.length > 1 || isElse(clues)) return [];
  const rule = findMeantRule(clues, rules);
  if (rule !== null) {
    const named = { ...offer('why', [rule.word, container], 1.12, LOOK_IDEAS, more), topic: rule };
    return [{ ...named, takes: ['container', 'topic'] }];
  }
  return [offer('why', [container], 0.95, LOOK_IDEAS, { ...more, takes: ['container'] })];
};

/** Proof of a vulnerability, of a baseline or of commands is found elsewhere. */
const isElse = (clues: Clues): boolean =>
  clues.reading.vulnerability !== null ||
  clues.reading.image !== null ||
  clues.says(/\b(?:baselines?|execs?|shell|commands?|since|accept\w*|audit)\b/);

const PROOF =
  /\b(?:evidence|proofs?|proves?|proven|prove|raw (?:facts|data)|(?:what|which) facts|facts behind|rests? on|based on|basis (?:of|for)|backs? (?:it|this|that|up)|substantiate|demonstrate)\b/;
const FIXING =
  /\b(?:fix(?:es|ed|ing)?|repair\w*|remed\w+|remov(?:e|es|ed|ing)|resolv\w+|solv(?:e|es|ed|ing)|solution|mitigat\w+|get rid of|harden|correct(?:ed)?|cure|clear(?:ed)?|closed?|address|tackle|patch|make .{1,30} (?:pass|compliant|green|go away|disappear|vanish))\b/;
const ASKS_HOW =
  /\b(?:how|steps?|what (?:to|do|must|should|can|could|would|is needed|has to|have to)|fix for|way to|instructions?|guide|advice|recommend\w*|remed\w+|(?:show|give|tell|get|send|see|need|want|like) (?:me |us )?(?:the |a )?(?:recommended |suggested )?(?:fix|repair|solution)|help)\b|^(?:fix|repair|remediate|resolve|solve)\b/;
const CHANGE =
  /\bwhat (?:to do|now)\b|\bwhat (?:\w{1,8} ){0,2}(?:i|we|one|you) (?:have to |need to |must |should )?(?:change|do(?: about)?)\b|\b(?:(?:has|have|needs?|ought) to|should|must|could) be (?:done|changed)\b/;

/** How closely one finding is looked at: its repair, what it rests on, or plainly why. */
function lookAt(clues: Clues): '' | ' --fix' | ' --evidence' {
  if (clues.says(PROOF)) return ' --evidence';
  return clues.says(CHANGE) || (clues.says(FIXING) && clues.says(ASKS_HOW)) ? ' --fix' : '';
}
