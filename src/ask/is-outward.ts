import type { Clues } from './clues.ts';

const OUTSIDE =
  '(?:the )?(?:public |open |whole |wider )?(?:internet|outside(?: world)?|outer world|world|web)\\b(?![- ](?:facing|exposed|reachable))';
const OUTWARD = new RegExp(
  `\\b(?:reach(?:es|ing)?|access(?:es|ing)?(?: to)?|contacts?|(?:connect|connections?|talk|speak|get|go|call|dial|send data)s?(?: out)? to) ${OUTSIDE}|\\binternet access\\b`,
);

/** True where a question asks what goes out, “which containers can reach the internet”, and not who gets in. */
export const isOutward = (clues: Clues): boolean => clues.says(OUTWARD);
