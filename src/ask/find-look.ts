import type { Clues } from './clues.ts';

const PROOF =
  /\b(?:evidence|proofs?|proves?|proven|prove|raw (?:facts|data)|(?:what|which) facts|facts behind|rests? on|based on|basis (?:of|for)|backs? (?:it|this|that|up)|substantiate|demonstrate)\b/;
const FIXING =
  /\b(?:fix(?:es|ed|ing)?|repair\w*|remed\w+|remov(?:e|es|ed|ing)|resolv\w+|solv(?:e|es|ed|ing)|solution|mitigat\w+|get rid of|harden|correct(?:ed)?|cure|clear(?:ed)?|closed?|address|tackle|patch|make .{1,30} (?:pass|compliant|green|go away|disappear|vanish))\b/;
const ASKS_HOW =
  /\b(?:how|steps?|what (?:to|do|must|should|can|could|would|is needed|has to|have to)|fix for|way to|instructions?|guide|advice|recommend\w*|remed\w+|(?:show|give|tell|get|send|see|need|want|like) (?:me |us )?(?:the |a )?(?:recommended |suggested )?(?:fix|repair|solution)|help)\b|^(?:fix|repair|remediate|resolve|solve)\b/;
const CHANGE =
  /\bwhat (?:to do|now)\b|\bwhat (?:\w{1,8} ){0,2}(?:i|we|one|you) (?:have to |need to |must |should )?(?:change|do(?: about)?)\b|\b(?:(?:has|have|needs?|ought) to|should|must|could) be (?:done|changed)\b/;

/** How closely one finding is looked at: its repair, what it rests on, or plainly why. */
export function lookAt(clues: Clues): '' | ' --fix' | ' --evidence' {
  if (clues.says(PROOF)) return ' --evidence';
  return clues.says(CHANGE) || (clues.says(FIXING) && clues.says(ASKS_HOW)) ? ' --fix' : '';
}
