import { isPleasantry } from './is-pleasantry.ts';
import { isEveryday, isFiller } from './lexicon.ts';
import { normalQuestion, plainRequest } from './split-question.ts';

/** A question by its sentences: those that ask for something, and those that only tell how it came to that. */
export interface Requests {
  asking: string[];
  telling: string[];
}

/** Pieces that are looked at; what is longer is one question. */
const PIECES_MAX = 6;
const SENTENCE_ENDS = /(?<=[.!?])\s+|[;\n]+\s*| [-–—]{1,3} |(?<=\w:)\s+/;
const CLAUSE_ENDS =
  /,\s+(?:(?:and|so|but|then) )?| (?:and|so) (?=(?:i |we )?(?:would need|would like|must|need|have to|want|would like|please|can you|could you)\b)/;
const GREETING =
  /^(?:hello|hi|hey|dear|good|morning|evening|thanks|thank)\b[\w ]{0,30}(?:, dear \w{1,20})?[.!]?$/i;
/** “So kindly show them” and “is that true?” ask for nothing more. */
const AGAIN =
  /^(?:(?:what|which(?: ones?)?|who|when)(?: exactly| precisely)?|(?:(?:so|and|please|pls|kindly|just|now|maybe|(?:can|could|would|will) you) )*(?:show|share|advise|list|give|send|tell|name|display|report|provide|check|verify|confirm|remind|pull up|bring up|pull|bring|open|get|dig|do|arrange|look into|look up|set|sort|find out)(?: me| us| with)?(?: (?:it|this|that|them|these|those))?(?: (?:up|out)| who (?:it|that) was| who did (?:it|that)| all| here| please| thanks| thank you| a lot| to me| to us| for me| for us)*|(?:and |but |so )?(?:is|are|can|does|do|did|was|were|has|have|could|would)(?: not)? (?:he|she|it|that|they|this)(?: (?:true|so|right|correct|really|possible|the case))*|what (?:can|do|should|shall|could|would) (?:i|we|you) (?:tell|answer|say|reply)(?: to)?(?: them| him| her| it)?|(?:would|could|will|can|would not|could not|will not|can not|won['’]t) you(?: please)?|really|true|right|correct|or not|yes or no|please|pls|(?:it|this|that)(?: is|['’]s) (?:really |very |quite )?urgent|do you know|you know|any idea|can you say|help(?=\?$)|(?:can|could|would) you (?:please )?(?:help|assist)(?: me| us)?(?: here| out| with (?:that|this|it))?)[.!?]?$/i;

const WH = 'what|which|who|whom|whose|how|when|where|why';
const AUXILIARY =
  'is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|any|anything|anyone|anybody';
const VERBS =
  'list|show|give|tell|explain|describe|define|scan|rescan|check|find|print|display|compare|accept|unaccept|attest|withdraw|undo|revoke|remove|add|rotate|post|publish|send|stop|turn|switch|mute|schedule|export|draw|plot|inspect|grade|rate|update|sync|refresh|approve|enable|disable|count|rank|run|start|do|look|get|fetch|kick|trigger|register|move|set|cancel|import|download|create|generate|make|summari[sz]e|rerun|re-scan|recheck|repeat|provide|deliver|present|prepare|hand|supply(?! chain)|identify|determine|name|report|confirm|verify|review|see|mark|grant|share|bring|write|attach|collect|search|waive|tolerate|exempt|certify|vouch|block|renew|retire|decommission|forget|take|put|drop|delete|throw|onboard|rescind|retract|lift|roll|issue';
/** “We need this for the report” and “we want to clean up” tell. */
const NO_WISH = `(?! (?:\\w{1,20} ){1,3}(?:done|finished|fixed|gone|ready|solved|rolled out)\\b)(?! (?:this|it|that|them|these|those)(?: (?:all|now|asap|urgently))?(?: (?:for|by|before|until|to|in|on|at|tomorrow|today|tonight|when)\\b|$)| to (?!(?:know|have|see|hear|learn|understand|be|read|only|also|vouch|attest|certify|${VERBS})\\b))`;
const WISHES = `(?:i|we)(?: would| do| just| really| only| urgently| also)*(?: like| need| want| appreciate| have to know| must know| wish| demand| require)\\b${NO_WISH}`;
const ASKS = new RegExp(
  `^(?:please |kindly |now |so |and |then |also |just |must |need to |have to |want to |should )*(?:(?:(?:at|on|in|to|from|of|for|by|since) )?(?:${WH})|${AUXILIARY}|${VERBS}|let (?:me|us) (?:see|have|know)|(?:only )?(?:alert|notify|warn|ping|message|inform) (?:me|us|this channel|the channel)|need (?:to see|to know|the|a|an)|${WISHES})(?![-\\w])`,
);
/** “We do not want …” and “I have fixed …” tell. */
const TELLER =
  /^(?:(?:please|and|so|but|because|since|as|after|although|though|when|while|still|also|last (?:week|night|month)|yesterday|today|just) )*(?:i|we|my|our|the|this|that|these|those|it|they|he|she|there|somebody|someone|something|a|an|its|their|his|her|your|management|nobody|no one|people|customers?|developers?|devs?|legal|procurement|compliance|security|qa|ops|vendors?|auditors?|finance|support|marketing|sales|you|both|all|everybody|everyone|\w{1,20} (?:says?|said|thinks?|asked|told|claims?|wants?))\b/;
/** “In the last retro we promised …” */
const LATE_TELLER =
  /^(?:in|at|on|during|after|before|since|for|over|with|according to) (?:[\w'’-]{1,20} ){1,5}?(?:i|we|he|she|they|you|somebody|someone|nobody|people)\b/;
const TELLS =
  /\b(?:am|swears?|claims?|insists?|stumbles?|repeats?|returns?|comes?|goes|arrives?|starts?|begins?|ends?|prefers?|would|love|loves?|plans?|keeps?|complains?|reads?|thinks?|wishes|worry|worries|ask|publishe[sd]|is|are|was|were|has|have|had|will|took|take|fixed|deployed|got|get|said|says|think|thinks|suspect|need|needs|want|wants|just|use|uses|run|ran|started|failed|asked|must|should|found|saw|heard|read|changed|upgraded|patched|did|do|does|can|could|might|leaked|left|went|came|happened|know|believe|guess|keep|keeps|work|works|made|moved|added|removed|restarted|rebuilt|crashed|died|complained|mean|forgot|swear|told|hope|began|begun|broke|gave|brought|lost|heard|show|shows|showed|\w{3,20}ed)\b/;
const THERE =
  /^(?:(?:and|but|so|today|yesterday|now|still|here) )*there (?:is|are|was|were|has|have|had)\b/;
/** Some name, and what is so of it: “redis looks fine now”. */
const TOLD =
  /^(?:[\w.-]{1,30} ){1,3}?(?:is|was|has|had|looks?|seems?|needs?|got|went|wrote|mentioned|noticed|suspects?|promised|keeps|gets|crashed|failed|died|broke|read|says|said|woke|called|fired|paged|rang|asks?|wants?|reports?|reported|complains?|sees?|saw|found|started|stopped|repeats?|comes|starts|begins|ends|swears?|claims?|published|released|announced|visits?|expects?|insists?)\b/;
/** “Anita merged her branch”. */
const DONE =
  /^(?!(?:who|what|which|how|please)\b)[\w.-]{1,30} (?:has |have |just |already |finally ){0,2}(?:merged|pushed|deployed|rebuilt|rolled out|finished|updated|upgraded|changed|moved|hardened|patched|fixed|replaced|rotated|closed|approved|reverted|cleaned up|sent|told|warned|forwarded) (?:a|an|the|her|his|its|their|our|my|some|it|me|us|that|this|all|everything)\b/;
/** “I mean ci-runner”: says the request again. */
const MEANT = /^(?:i mean|i meant|meaning|that is,?|i\.e\.) /i;
/** “How redis looks now is fine with us”. */
const IS_FINE =
  /^(?:how|what|the way) .{1,40} (?:is|are) (?:just |perfectly |quite )?(?:fine|ok|okay|good|right|acceptable|correct|as (?:wanted|it should be))\b/;
/** “A chart of the last 30 days would be nice”, “picture of web1 please”. */
const PICTURES =
  /^(?:(?:with|an?|the|some) )*(?:\w{1,12} )?(?:charts?|graphs?|pictures?|curves?|diagrams?|plots?) (?:of|for|over|across|since|from|on|with)\b.{0,80}(?:\bplease$|\bwould (?:be|do|help)\b)|^(?:charts?|graphs?|pictures?|curves?|diagrams?|plots?) (?:of|for|over|with)\b/;
/** “No digest so far today”. */
const ABSENT =
  /^(?:still |there is )?no [\w ]{1,30} (?:so far|yet|until now|till now|today|this morning)\b/;
/** “For the steering committee:”, before what is asked. */
const FRAMES =
  /^(?:for|regarding|concerning|about|in preparation (?:of|for)|in view of|because of|due to|given|following|after|before|as part of|with respect to|with regard to)(?: [\w'’-]{1,20}){1,8}:?$/i;
/** “For redis on web1, …”: of what something is asked. */
const NAMES =
  /^(?:for|on|in) (?!(?:the|my|our|an?|this|that|it|your|us|me)\b)[\w.-]+(?: on [\w.-]+)?$/i;
/** “He asked how good they are”, and a question behind it. */
const REPORTED =
  /^(?:and |so |but )?(?!(?:who|what|which|when|where|why|how|did|does|has|have|is|are|can|could|if|nobody|anyone|anybody|list|show)\b)[\w-]{1,20}(?: \w{1,20}){0,4}? (?:asks?|asked|wants? to know|wanted to know|is asking|are asking|wonders?|wondered|would like to know)\b/;
const isReport = (piece: string): boolean =>
  REPORTED.test(normalQuestion(piece)) && !piece.endsWith('?');
/** “She'd like the open findings”: asks where nothing else does. */
const THEY_WISH =
  /^(?:\w{1,20} ){0,4}?(?:he|she|they|boss|manager|lead|auditors?|customers?|ciso|cto|ceo|team|board|management|insurer|people)(?: would)? (?:likes?|wants?|needs?) (?:to (?:see|have|get) )?(?:the|a|an|all|our|every|any)\b/;
const isWish = (piece: string): boolean => THEY_WISH.test(normalQuestion(piece));
/** “Could you check on all hosts?”, of what somebody asks. */
const CHECKS =
  /^(?:(?:can|could|would|will) you |please |pls |kindly )*(?:check|verify|confirm|find out|have a look|look|do|repeat|run|show)(?: (?:it|that|this|so|the same))?( (?:on|in|for|across|at) [\w\s-]{1,40})[.?!]?$/i;

/** The sentences with the place of such a check put to the question that was told. */
function withChecked(pieces: readonly string[]): string[] {
  const at = pieces.findIndex((piece) => CHECKS.test(piece));
  const reported = pieces.slice(0, Math.max(at, 0)).findLastIndex(isReport);
  if (reported < 0) return [...pieces];
  const place = CHECKS.exec(pieces[at] ?? '')?.[1] ?? '';
  return pieces
    .map((piece, index) => (index === reported ? piece.replace(/[.!]?$/, `${place}.`) : piece))
    .filter((_piece, index) => index !== at);
}
/** “…, which is suspicious.” */
const RELATIVE =
  /^which (?:is|was|were|are|means?|makes?|made|has|had|can|could|will|would|i|we|they|he|she|it|nobody|everybody)\b.*[.!]$/i;
const SENTENCE_MIN = 4;
/** So many words say when or where something else is. */
const LINK_MAX = 6;
/** True for a sentence, and for what stands before a colon. */
const isEnded = (piece: string): boolean =>
  piece.endsWith(':') ||
  (/[.!]$/.test(piece) && (piece.split(' ').length >= SENTENCE_MIN || SHORT.test(piece)));
/** “Just finished hardening.” */
const SHORT =
  /^(?:just |finally |already )?(?:[a-z]+ed|done|got|went|gone|back|had|new|big|another|more)\b(?: [a-z']+){1,3}[.!]$/i;
/** “Hmm, odd.”, which names no time. */
const isExclamation = (piece: string): boolean =>
  /[.!]$/.test(piece) &&
  !/\b(?:please|pls)\b/i.test(piece) &&
  !/^(?:on|in|at|for|from|of|since|until|during|within|only)\b/i.test(piece) &&
  !isRequest(piece) &&
  (CRIES.test(piece) ||
    normalQuestion(piece)
      .split(' ')
      .every(
        (word) => !/day$|week|month|year|night/.test(word) && (isFiller(word) || isEveryday(word)),
      ));
/** “Newbie alert!” */
const CRIES =
  /^(?!.*\b(?:on|in|for|now|stop|no|show|list|scan|digest|off)\b)[a-z']+ [a-z']+(?: [a-z']+)?!$/i;
/** “Look at the last 30 days.”: says more of what is asked. */
const REFINES =
  /^(?:please |but |and |so |just )*(?:look (?:at|back)|focus on|stick to|go back|(?:limit|restrict|narrow) (?:it|this|that|them)(?: down)? to|(?:only|just)(?! (?:me|us|an?|so|to|alert|notify|warn|tell|ping|\w+(?:ing|ed))\b))(?: [\w.=-]{1,20}){1,6}[.!]?$/i;
/** “Can we talk about redis?” */
const OPENS =
  /^(?:can|could|may|shall|let)? ?(?:we|i|you|us) (?:talk|speak|chat|discuss|ask|have a question)(?: to you)?(?: about| on)? (?!you\b)/;
/** “Please don't laugh.” */
const FORBIDS = /^(?:please )?(?:do not|never)\b/;
/** “(row 31)”: said by the way, of no time, and leaves nothing out. */
const ASIDE =
  /\s{0,3}\((?![^()]*\b(?:not|no|except|excluding|without|outside|only|but|since|last|past|today|yesterday|hours?|days?|weeks?|months?|years?|\d+(?:h|d|w|mo))\b)([^()]{2,120})\)/g;
/** What stands before a question and is no clause: “on web1, which containers …”. */
const LINKED =
  /^(?:on|in|at|for|from|of|with|without|since|until|during|within|after|before|between|by|about|regarding|and|or|also|only|not|last|yesterday|critical|high|medium|low)\b/i;
/** “The past six months”: belongs to what is asked, or is a question itself. */
const STRETCH = /\b(?:last|past|previous) (?:\w{1,10} )?(?:hour|day|week|month|year)s?\b|\?$/i;
type Kind = 'asks' | 'tells' | 'part';

function kindOf(piece: string): Kind {
  const text = plainRequest(piece);
  if (text === '' || (THERE.test(normalQuestion(piece)) && !piece.trimEnd().endsWith('?')))
    return 'tells';
  if (OPENS.test(text)) return 'tells';
  if (MEANT.test(text) || REFINES.test(piece)) return 'part';
  if (IS_FINE.test(text) && !piece.trimEnd().endsWith('?')) return 'tells';
  if (ASKS.test(text) || PICTURES.test(text)) return 'asks';
  if (ABSENT.test(text)) return 'tells';
  const isTold =
    TOLD.test(text) ||
    DONE.test(text) ||
    ((TELLER.test(text) || LATE_TELLER.test(text)) && TELLS.test(text));
  return isTold && !piece.trimEnd().endsWith('?') ? 'tells' : 'part';
}

/** True for a whole sentence with its question mark, whatever it begins with. */
const isQuestion = (piece: string, before = '.'): boolean =>
  piece.endsWith('?') &&
  /[.!?:]$/.test(before) &&
  kindOf(piece) === 'part' &&
  !MEANT.test(piece) &&
  plainRequest(piece).split(' ').length >= SENTENCE_MIN &&
  !LINKED.test(piece);

/** True for a sentence that asks for something by its own words. */
export const isRequest = (sentence: string): boolean => kindOf(sentence) === 'asks';

/**
 * The sentences of a question, and its clauses where one of them only tells. What is neither, such as a list
 * of words, stays with its neighbour.
 */
export function splitRequests(question: string): Requests {
  const asides = [...question.matchAll(ASIDE)].map(([, aside = '']) => aside);
  if (asides.length > 0) {
    const { asking, telling } = splitRequests(question.replace(ASIDE, ''));
    return { asking, telling: [...telling, ...asides] };
  }
  const parts = question.split(SENTENCE_ENDS).map((part) => part.trim());
  const exclaimed = parts.filter(isExclamation);
  if (exclaimed.length > 0 && exclaimed.length < parts.length) {
    const rest = parts.filter((part) => !exclaimed.includes(part)).join(' ');
    const { asking, telling } = splitRequests(rest);
    return { asking, telling: [...telling, ...exclaimed] };
  }
  const sentences = parts.flatMap(clausesOf);
  const pieces = sentences
    .map((text) => text.trim())
    .filter((text) => text !== '' && !GREETING.test(text) && !AGAIN.test(text));
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return { asking: [only], telling: [] };
  if (pieces.length > PIECES_MAX || pieces.length === 0) return { asking: [question], telling: [] };
  const checked = withChecked(pieces);
  if (checked.length < pieces.length) return splitRequests(checked.join(' '));
  const { asking, telling } = gathered(pieces);
  const isWhole = pieces.length === sentences.length && asking.length + telling.length === 1;
  return isWhole && asking.length === 1 ? { asking: [question], telling } : { asking, telling };
}

/** Whether each piece asks, tells, or is a part of what stands beside it. */
function kindsOf(pieces: readonly string[]): Kind[] {
  const kinds = pieces.map(
    (piece, at): Kind =>
      at === 0 && FRAMES.test(piece) && !NAMES.test(piece)
        ? 'tells'
        : isQuestion(piece, pieces[at - 1])
          ? 'asks'
          : kindOf(piece),
  );
  const wish = kinds.includes('asks') ? -1 : pieces.findLastIndex((piece) => isWish(piece));
  if (wish >= 0) kinds[wish] = 'asks';
  if (kinds.includes('asks'))
    pieces.forEach((piece, at) => {
      const isOne = kinds.indexOf('asks') === kinds.lastIndexOf('asks');
      const isForbidden = !isOne && kinds[at] === 'asks' && FORBIDS.test(normalQuestion(piece));
      if (isForbidden || (isReport(piece) && at < kinds.lastIndexOf('asks'))) kinds[at] = 'tells';
      // “Vendor image, we can't change it.”
      const isOpening = kinds[at] === 'part' && kinds[at + 1] === 'tells' && /^\w/.test(piece);
      const isOther = !/[.?!:]$/.test(piece) && !LINKED.test(piece) && !STRETCH.test(piece);
      if (isOpening && isOther && kinds.indexOf('asks', at) > 0) kinds[at] = 'tells';
      const isBefore = at < kinds.lastIndexOf('asks');
      const isSentence =
        isEnded(piece) ||
        (piece.split(' ').length >= SENTENCE_MIN && !LINKED.test(piece) && !STRETCH.test(piece));
      const isApart = isBefore || /[.!?]$/.test(pieces[at - 1] ?? '');
      const isRest = kinds[at] === 'part' && !MEANT.test(piece) && !REFINES.test(piece);
      if (isRest && isApart && isSentence) kinds[at] = 'tells';
    });
  return kinds;
}

/** Pieces by whether they ask or tell, each with its parts. */
function gathered(pieces: readonly string[]): Requests {
  const kinds = kindsOf(pieces);
  const hasAsked = kinds.includes('asks');
  const asking: string[] = [];
  const telling: string[] = [];
  let open: Kind = 'part';
  pieces.forEach((piece, at) => {
    const kind = kinds[at] ?? 'part';
    // “My boss asks: since Friday, which …” belongs to the question.
    const isLead = LINKED.test(piece) && kinds[at + 1] === 'asks' && !/[.!]$/.test(piece);
    // “…, the job is short, for 30 days.” and “Look at the last week.” as well.
    const isBack =
      kind === 'part' &&
      asking.length > 0 &&
      (REFINES.test(piece) || (LINKED.test(piece) && piece.split(' ').length <= LINK_MAX));
    const isAfter = kind === 'part' && open === 'tells' && hasAsked;
    const isTold = kind === 'tells' || (isAfter && !isLead && !isBack);
    const list = isTold ? telling : asking;
    // What is neither stays with what stands beside it.
    const isJoined =
      isBack || (kind === 'part' ? open !== 'tells' || hasAsked : open === 'part' && !isTold);
    const before = isJoined ? list.pop() : undefined;
    list.push(
      before === undefined ? piece : `${before}${/[.:?!]$/.test(before) ? '' : ','} ${piece}`,
    );
    if (kind !== 'part' || open === 'tells') open = isTold ? 'tells' : kind;
  });
  return { asking, telling };
}

/** What is wanted, in whatever words. */
const WANTS =
  /[?:]|\b(?:please|pls|should|must|shall|can|needs?|wants?|wish\w*|would|like|requires?|request\w*|asks?|wonder\w*|interested|curious|looking for|searching|needed|thus|let)\b|[’']d /i;

/** True for sentences of which none asks, and one tells: “Good news, the audit is over! Cheers to all of you.” */
export function isOnlyTold(question: string): boolean {
  if (WANTS.test(question)) return false;
  const pieces = question.split(SENTENCE_ENDS).flatMap((sentence) => sentence.split(CLAUSE_ENDS));
  const said = pieces.filter((piece) => !isPleasantry(piece));
  const tells = (piece: string) => {
    const text = plainRequest(piece);
    return text.split(' ').length >= SENTENCE_MIN && TELLER.test(text) && TELLS.test(text);
  };
  return /[.!]$/.test(question.trim()) && said.some(tells) && !said.some(isRequest);
}

/** Clauses between commas, where they tell or ask by themselves. */
function clausesOf(sentence: string): string[] {
  const found: string[] = [];
  for (const piece of sentence.split(CLAUSE_ENDS)) {
    const before = found.at(-1);
    const isApart =
      kindOf(piece) !== 'part' || (before !== undefined && kindOf(before) === 'tells');
    const isRelative = RELATIVE.test(piece) && before !== undefined && kindOf(before) === 'tells';
    if (before === undefined || (isApart && !isRelative)) found.push(piece);
    else found[found.length - 1] = `${before}, ${piece}`;
  }
  return found;
}
