const ORDINAL =
  '(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|next|previous|other|same|\\d{1,3}(?:st|nd|rd|th))';
const THINGS =
  '(?:one|ones|two|three|few|entry|line|row|item|point|finding|container|image|host|page)';
const WHICH = `(?:(?:the|that|this|your) ${ORDINAL}(?: ${THINGS})?|${ORDINAL} ${THINGS}|(?:the )?(?:(?:number|no\\.?|nr\\.?|line|row|item|entry|point|page|#) ?#?\\d{1,3}|(?:top|bottom) (?:one|entry|line)|(?:one|ones) (?:above|below))|that one|those(?: ones)?)`;
const LEADS =
  "(?:(?:and|ok|okay|so|now|then|please|pls|just|but|what|why|how|is|about|do|i|can|could|you|we|me|the|show|see|open|inspect|explain|fix|tell|give|more|of|on|with|for|to|was|it|flagged|accept)['’]?s? ){0,8}";
const ENDS = '(?: (?:please|pls|then|now|again|bad|listed|flagged|there|too|too\\?))*';

/** “The second one”, “number 3”, “why that one?”. */
const PLACE = new RegExp(`^${LEADS}${WHICH}${ENDS}$`);
/** “Show me more”, “next page”, “the rest”. */
const MORE =
  /^(?:(?:and|ok|okay|so|now|please|pls|can|could|you|i|we|want|to|see|show|give|list|me|us|a|few|the|any|is|are|there) ){0,7}(?:more(?: of (?:them|those|these|it))?|(?:next|previous|last|following|another|other) (?:page|ones|few)|rest(?: of (?:them|those|it|the list))?|others|(?:go )?on|continue|all of (?:them|those))(?: (?:please|pls|then|now))*$/;

/** “Why?”, “fix it”, “accept it”, “undo that”, “who was it?” below a list: of which of them? */
const OF_ONE =
  /^(?:(?:and|ok|okay|so|but|then|please|pls) ){0,3}(?:why|why so|why not|since when|how long|how so|how many|who was it|who did (?:it|that)|when was that|(?:can you |could you )?fix (?:it|them|that|those)|(?:undo|revert|roll back|take back)(?: (?:it|that|this))?|(?:accept|waive|tolerate|ignore) (?:it|them|that|this|those)(?: (?:for|until|till|reason|because) .*)?|how (?:do|can) (?:i|we) fix (?:it|them|that|those))(?: (?:please|pls|then|now))*$/;

/** “Only the root ones”, “who accepted these?”, “on which host?”: of what was listed. */
const AMONG =
  /^(?:(?:and|ok|okay|so|but|then|please|pls) ){0,3}(?:(?:only|just) (?:[\w-]+ ){1,5}ones|(?:only|just) (?:the )?(?:critical|high|medium|low)s?|only (?:the )?[\w-]+|(?:the )?[\w-]+(?: ones)? (?:too|as well)|(?:which|who|what|how many) (?:[\w-]+ ){0,4}(?:these|those|them)(?: .*)?|on (?:which|what) (?:host|server|machine)s?|(?:which|what) (?:host|server|machine)s? (?:is|are|was) (?:it|that|this|those|these|they) on)$/;

/** True for a message that means, by its place, something which an answer before listed, or what follows on its list. */
export function pointsToListed(message: string): boolean {
  const said = message
    .toLowerCase()
    .replaceAll(/[?!.,:;"“”]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return said.length <= LENGTH_MAX && [PLACE, MORE, OF_ONE, AMONG].some((form) => form.test(said));
}

/** What is longer says more than that. */
const LENGTH_MAX = 80;
