import { onceLately } from '../shared/once.ts';
import { withoutManners } from './manners.ts';
import { withoutLooseWords } from './words/loose-words.ts';
import { wordSet } from './words/word-list.ts';

/** One word of a question. */
export interface Token {
  /** As it was typed, without marks around it. */
  text: string;
  /** In lower case, singular where that is plain. */
  word: string;
  /** Where it came from: parts of `read-only` have the same number. */
  part: number;
}

/** Longest question that is looked at, and the most words of one. */
export const QUESTION_LENGTH_MAX = 500;
const TOKENS_MAX = 80;

/** As Slack writes them: “:wave:”. */
export const EMOJI = /(?<![^\s:]):[\w+-]{1,50}:(?!\w)/g;

const contractions: readonly (readonly [RegExp, string])[] = [
  [EMOJI, ' '],
  // “SEV1!! Are we …”
  [/^ (?:sev|prio|p)-?[0-5](?:[!:,.]+| -) /, ' '],
  [/^ (diff|history|audit|execs) (day|week|month|quarter|year) $/, ' $1 last $2 '],
  // How long something is accepted.
  [
    /\bfor (?:the )?(?:next|coming|following) (?=(?:\d+|one|two|three|four|five|six|ten|twelve) (?:hours?|days?|weeks?|months?)\b)/g,
    'for ',
  ],
  // “Since 20.11.2026”.
  [/(?<![\d.])([0-3]\d)\.([01]\d)\.(20\d\d)(?![\d.]*\d)/g, '$3-$2-$1'],
  // “Not web1, prod-2: criticals” takes back the first.
  [
    /^ not (?:on |in )?[\w.-]+, (?!and |or |nor |not )(?:on |in )?([\w-]+)(?::|[?!. ]*$)/,
    ' on $1 ',
  ],
  [/\b(?:wich|whitch|wihch|whihc|whcih|whch)\b/g, 'which'],
  [/\b(?:teh|hte)\b/g, 'the'],
  [
    /\bwhat (?:the (?:hell|heck|devil|fuck)|on earth|in the world|in heaven) (?=(?:is|are|does|do|did|was)\b)/g,
    'what ',
  ],
  [
    /\bcommands? (?:that|which) (?=(?:was|were|has|have|had|got|people|somebody|someone|anybody|anyone)\b)/g,
    'commands ',
  ],
  [/\bun-accept/g, 'unaccept'],
  // “On the ci box? I mean ci-runner”: the second name is the one.
  [
    /\b(?:the |our )?[\w-]{1,30} (?:box|machine|server|host)[?.,]{0,3} (?:i mean|i meant|meaning) (?=\S)/g,
    ' ',
  ],
  [/[?.,!]{1,3} i mean,? /g, ' '],
  [/\bhwo\b/g, 'how'],
  [/\b(?:cev|vce)(?=[- ]?\d{4}-)/g, 'cve'],
  // “lodash@4.17.20”, “requests==2.31.0”.
  [/(?<=[a-z])@(?=\d+\.)|={2,3}/g, '='],
  [/\bsev\b/g, 'severity'],
  [/\b(?:waht|wat|wht)\b/g, 'what'],
  [
    /\bshar(?:e|es|ing) (?:the |their |its )?(network|pid|ipc|uts|user namespace|process)(?: namespaces?)? (?:with|of) (?:the |their |its )?(?:host|machine|server|node)s?\b/g,
    'host $1',
  ],
  [/^ is it (?:true|correct|right|the case) that\b/g, ' whether'],
  [/\bshare with (me|us)\b/g, 'show $1'],
  // Why somebody asks.
  [
    /(?<!\b(?:why|is it|was it)\b.{0,80}),? (?:(?:i am |i'm |just |only )?asking )?because (?:the|our|my|a|an|we|i|it|they|he|she|somebody|someone|people)\b[^.?!:,]*/g,
    ' ',
  ],
  [/, as (?:the|our|my|we|i|it|they|he|she|somebody|people)\b[^.?!:,]*/g, ' '],
  // A standard is no package.
  [/\biso(?:\/iec)?[ -]?\d{4,5}(?::\d{4})?(?![\w.])/g, 'iso'],
  [/\b(pci[ -]dss|soc|nis|basel) ?\d(?:\.\d)?(?![\w.])/g, '$1'],
  [/\bcan['’]?t\b/g, 'can not'],
  [/\bcannot\b/g, 'can not'],
  [/\bnon(?:-(?=\w)|(?=prod|stag))/g, 'non '],
  // “env != prod”, “!prod”.
  [/\b(\w{1,30}) ?(?:!=|≠|<>) ?(?=\w)/g, 'not $1='],
  [/(?<=\s)!(?=\w)/g, 'not '],
  [/\bunprivileged\b/g, 'non privileged'],
  // “Do all containers have a memory limit”: told by those that have none.
  [
    /\b(?:do|does|have|has) (?:all|every|each)(?: (?:one )?of)?(?: our| the| my)? (?:containers?|services?|workloads?)((?: (?!have\b)[\w=-]{1,30}){0,4}?) (?:have|got|has) (?:an? |any |some |their |its )?(?=(?:\w+ )?(?:limits?|health ?-?checks?)\b)/g,
    'which containers$1 have no ',
  ],
  // Who asks was away, nothing else.
  [/\bsince (?:i|we) (?:left|went home|was away|were away|logged off)(?: on)?\b/g, 'since'],
  [/\bwon['’]t\b/g, 'will not'],
  [/\b(is|are|was|were|do|does|did|has|have|had|could|would|should|must)n['’]?t\b/g, '$1 not'],
  [
    /\b(what|who|where|when|how|that|there|it|he|she|which|here|everything|anything)['’]s\b/g,
    '$1 is',
  ],
  [/\b(what|where|how|there)s\b/g, '$1 is'],
  [/\blet['’]s\b/g, 'let us'],
  [/\bw\/o(?:ut)?\b/g, 'without'],
  [/\bw\/(?=\s)/g, 'with'],
  // When somebody needs it is no time of the answer.
  [
    /\b((?:need|needs|must|have to|has to|want|wants|deliver|due)\b.{0,80}?) (?:by|before|until) (?:noon|midnight|tonight|tomorrow|(?:the )?end of (?:the )?(?:day|week|month)|eod|cob|(?:next |this )?(?:mon|tues|wednes|thurs|fri)day|\d{1,2}(?::\d\d)? ?(?:am|pm)?)(?![\w:-])/g,
    '$1',
  ],
  [/\b(\w{1,20})['’]re\b/g, '$1 are'],
  [/\b(\w{1,20})['’]ve\b/g, '$1 have'],
  [/\b(\w{1,20})['’]ll\b/g, '$1 will'],
  [/\bo['’]clock\b/g, 'o clock'],
  [/\bi['’]m\b/g, 'i am'],
  [/\b(\w{1,20})['’]d\b/g, '$1 would'],
  // Whoever asks for a deed hears of its end.
  [
    /,? and (?:then )?(?:tell|let|ping|notify|inform|message|call) (?:me|us)(?: know)? (?:when|once|as soon as|after) (?:(?:it|that|this|you|they|all)(?: is| are| has| have)? )?(?:all )?(?:done|finished|ready|completed?|over|through)\b/g,
    ' ',
  ],
  // “Node 5”; “the server 2 days ago” names none.
  [
    /(?<!\b(?:an?|per|each|every|this|that|which) )\b(node|host|server|machine|vm) #?(\d{1,4})(?=[?!.,;:]* )(?! (?:and|or|to) \d)(?! ?(?:times?|seconds?|minutes?|mins?|hours?|days?|weeks?|months?|years?|am|pm|o clock|containers?|findings?)\b)/g,
    '$1-$2',
  ],
  [/(?<=\w)[+&|/](?=(?:critical|high|medium|low)s?\b)/g, ' and '],
  // “Web1,prod-2”.
  [/(?<=[a-z0-9]),(?=[a-z])/g, ', '],
  [/\bu\b/g, 'you'],
  [/\bur\b/g, 'your'],
  [/\b(?:smth|sth)\b/g, 'something'],
  [/\bgonna\b/g, 'going to'],
  [/\bwanna\b/g, 'want to'],
  [/\bgimme\b/g, 'give me'],
];

/** “Would you mind listing …”: the verb as it is asked for. */
const MINDING = /(?:\b(?:would|do) you |(?<=^ ?(?:\w+,? )?))mind (?:please )?([a-z]{2,12})ing\b/;
const SHORT =
  /^(?:giv|mak|compar|updat|remov|rotat|revok|enabl|disabl|approv|nam|schedul|tak|prepar|writ|shar)$/;
const infinitive = (stem: string): string =>
  SHORT.test(stem) ? `${stem}e` : stem.replace(/([bdgmnprt])\1$/, '$1');

/** So many texts are known at a time: a question has few parts, each of which is looked at several times. */
const TEXTS_KNOWN = 64;

/** The question in lower case with its contractions written out; marks that end words are gone. */
export const normalQuestion = onceLately(TEXTS_KNOWN, (question) => written(question, () => false));
function written(question: string, isName: (word: string) => boolean): string {
  const whole = ` ${question.slice(0, QUESTION_LENGTH_MAX).toLowerCase()} `;
  let text = withoutLooseWords(whole, isName);
  for (const [from, to] of contractions) text = text.replace(from, to);
  return text
    .replace(MINDING, (_all, stem: string) => `could you ${infinitive(stem)}`)
    .replace(/(<=|>=|<|>|=)/g, ' $1 ')
    .replace(/(?<=\d)[/+&|](?=(?:cve|ghsa)-)/g, ' and ')
    .replace(/["`“”„«»()[\]{}!?;*]/g, ' ')
    .replace(/['’]s(?=\s)/g, ' ')
    .replace(/['’](?=\s)|(?<=\s)['’]/g, ' ')
    .replace(/[,.:](?=\s)/g, ' ')
    .replace(/(?<=\s)[.,](?=\w)/g, ' ')
    .replace(/(?<=\s)[^\w\s@<>=]+(?=\s)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The same without its manners, whatever names it has. */
export const plainRequest = onceLately(TEXTS_KNOWN, (question) =>
  withoutManners(normalQuestion(question)),
);

/**
 * Words in order; what has a hyphen, a slash or a blank within is one token here. Of what is only told
 * beside a question, who says it is kept, and so is everything with a word that `isName` knows. Words of labels are no slang.
 */
export function splitQuestion(
  question: string,
  isTold = false,
  isName: (word: string) => boolean = () => false,
  labels: ReadonlySet<string> = new Set(),
): Token[] {
  const normal = written(question, (word) => isName(word) || labels.has(word));
  const text = isTold ? normal : withoutManners(normal, isName);
  if (text === '') return [];
  return text
    .split(' ')
    .slice(0, TOKENS_MAX)
    .map((word, part) => ({ text: word, word: singular(word), part }));
}

const unchanged = wordSet(`
is this us was has does as its yes gas bus plus less status access always redis kubernetes process
address versus vs canvas alias cis uts apis os tls unless news dns https basis
`);

/** Without the plural of a noun, where its form tells: `hosts`, `boxes`, `vulnerabilities`. */
export function singular(word: string): string {
  if (word.length < 4 || unchanged.has(word) || !/^[a-z]+$/.test(word)) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  if (/(?:ss|us|is)$/.test(word)) return word;
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
