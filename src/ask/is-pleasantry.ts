const THANKS =
  /^(?:and |so |oh |wow )*(?:(?:great|good|nice|excellent|awesome|amazing|fantastic|perfect|lovely|super)(?: (?:work|job|stuff|one|catch|night|evening|morning|weekend|day|bye))?|thanks?|thank you|many thanks|thx|ty|cheers|kudos|congrat\w*|well done|enjoy|have an? (?:nice|good|pleasant|great|lovely|calm|quiet)|bye|goodbye|see you|talk to you|take care|hi|hello|hey|hullo|welcome|happy (?:friday|weekend|monday|birthday|holidays)|love (?:it|you|this)|you (?:rock|rule)|(?:that|it|this) (?:helps?|helped|is (?:great|nice|helpful|perfect))|much appreciated)\b/;
const CALLED =
  /^(?:team|all|everyone|everybody|folks|guys|seawall|mate|friends|my friend|bot|dear \w+)$/;

/** What may stand behind thanks, praise and greetings; with any other word something else may be meant. */
const POLITE = new Set(
  `a an the and or so too very much many lot really again all for of in to with from on at my our your this that it us me
  you i everyone everybody team folks guys people colleagues there here seawall mate friend friends dear bot sir again
  advance assistance support answers info information reply work job stuff one fast great good nice lovely
  pleasant wonderful helpful kind day morning afternoon evening night weekend week friday monday holidays holiday christmas birthday
  today tonight yesterday tomorrow later soon then around back bye cheers thanks thank rest time effort hello hi hey`.split(
    /\s+/,
  ),
);

/** Alone it is asked for. */
const FOR_HELP = /\bfor (?:the |your |this |all |quick |great )*(?:help|fix|answer)\b/;
/** As Slack writes them. */
const EMOJI = /:[\w+-]{1,50}:/g;

/** What is no greeting any more: “hi list the hosts”, “thanks and please scan web1”. */
const FOLLOWED =
  /^(?:hi|hello|hey|hullo|welcome|good (?:morning|afternoon|evening|day))\b|\b(?:which|why|how many|show me|please|pls|can you|could you|would you|and (?:now|then|scan|show|list|post|send))\b/;

/** True for thanks, praise and greetings alone, in whatever number of sentences, and nothing else. */
export const asksNothing = (question: string): boolean => isEach(question, isPolite);

/** The same with what thanks and praise are for: a line that those mention is not asked for. */
export const isPleasantry = (question: string): boolean =>
  isEach(question, (piece) => isPolite(piece) || (THANKS.test(piece) && !FOLLOWED.test(piece)));

function isEach(question: string, isSuch: (piece: string) => boolean): boolean {
  if (question.includes('?')) return false;
  const pieces = question
    .toLowerCase()
    .replaceAll(EMOJI, ' ')
    .split(/[.!,;:\n]+\s*| and (?=thank)/)
    .map((piece) => piece.trim());
  const said = pieces.filter((piece) => /\w/.test(piece) && !CALLED.test(piece));
  return said.length > 0 && said.every(isSuch);
}

function isPolite(piece: string): boolean {
  const [polite] = THANKS.exec(piece) ?? [];
  if (polite === undefined) return false;
  const rest =
    piece
      .slice(polite.length)
      .replace(FOR_HELP, '')
      .match(/[\w'’-]+/g) ?? [];
  return rest.every((word) => POLITE.has(word));
}
