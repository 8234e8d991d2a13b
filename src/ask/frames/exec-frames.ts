import { findFacets } from '../find-facets.ts';
import { offer } from '../offer.ts';
import type { Frame } from './frame.ts';
import { SHIPPED } from './image-frames.ts';

const TYPED =
  /\bcommands?\b.{0,30}\b(?:people|users?|colleagues?|everyone|everybody|anyone|anybody|somebody|someone|they|who)\b.{0,12}\b(?:typed|entered|sent|asked|used|gave|issued)\b/;

/** Commands begun inside containers. */
export const execList: Frame = (clues) => {
  if (!clues.has('EXEC') || clues.says(SHIPPED)) return [];
  const { container } = clues;
  const words = container === null ? [] : [container];
  const isStrong = clues.says(
    /\bexec|\bshell|\bcommands?\b|\binteractive|\blogged|\bterminal|\bbash|\bexecuted|\bgot into|\bran (?:something|anything|things) (?:in|inside)|\binside\b|\bentered|\bpoked?|\bssh/,
  );
  const isPast =
    clues.has('WHO_DID') ||
    clues.has('LIST') ||
    clues.says(/\b(?:were|was|did|has|have|any|been|activity|sessions?)\b/);
  const uses =
    'EXEC NOT WHO_DID LIST CONTAINER RUN HOW_MANY HOST AUDIT INSPECT CHANGED AGAIN ROOT PRIVILEGED UNDER EXPLAIN OPEN AFFECTED GONE REFUSED INSTALLED SOFTWARE YOU';
  let score = isStrong ? (isPast ? 0.97 : 0.75) : 0.45;
  if (clues.says(/\b(?:commands?)\b/) && clues.says(/\b(?:you|seawall)\b/)) score -= 0.5;
  // “The last commands people typed”: what is typed nowhere else is typed here.
  const isPlaced = container !== null || clues.host !== null || clues.has('CONTAINER');
  if (clues.says(TYPED) && !isPlaced && !clues.says(/\b(?:in|inside|into)\b/)) score -= 0.5;
  if (
    findFacets(clues).length > 0 &&
    !clues.says(/\b(?:inside|shell|commands?|sessions?|execs?)\b/)
  )
    score -= 0.5;
  if (
    clues.has('WHY|HOW_TO') ||
    clues.says(
      /^(?:can|could) you\b|^(?:open|start|run|give me|get me|attach|exec (?:in|into|a))\b/,
    )
  )
    score -= 0.5;
  return [offer('execs', words, score, uses, { takes: container === null ? [] : ['container'] })];
};
