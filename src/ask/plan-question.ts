import { clamp } from '../shared/text.ts';
import { carryOver, isLeftAside, isNarrowing, namesItself } from './carry-over.ts';
import { findReason } from './find-reason.ts';
import { halvesOf } from './halves.ts';
import { isDeed, isHeld } from './held-lines.ts';
import { isPleasantry } from './is-pleasantry.ts';
import { areElsewhere } from './line-forms.ts';
import {
  asksDeed,
  firstShown,
  isUnanswered,
  likelyLines,
  OFFERED_MAX,
  type Plan,
  type PlanContext,
  type PlannedLine,
  strangerAlone,
  type Understanding,
  understanding,
} from './plan-request.ts';
import { EMOJI, normalQuestion, plainRequest, QUESTION_LENGTH_MAX } from './split-question.ts';
import { isOnlyTold, isRequest, type Requests, splitRequests } from './split-requests.ts';
import { unknownName } from './unknown-name.ts';
import { withPlace } from './with-place.ts';

/** Of a sentence that only tells, as it is named. */
const TOLD_LENGTH_MAX = 60;

/** “No memory limit... we got killed again”, “first day here :)”. */
const ENDS = / ?(?:\.{2,9}|…)| [:;]-?[)(DP](?= |$)/g;

/** “Could you tell me, three hours ago, which …”: stands before a clause that ends at a comma. */
const FIRST =
  /^(?:(?:hi|hey|hello)(?: there)?,? )?(?:can|could|would) you (?:please )?tell (?:me|us),? (?=(?:if (?:i|we) (?:can|could|only)|\w+ (?:minutes?|hours?|days?|weeks?) ago)\b[^,?]*, )/i;

/** “Quick q: …” says nothing of what is asked. */
const QUICK =
  /^(?:(?:hi|hey|hello)(?: (?:there|team|all))?[,!]? )?(?:just )?(?:a )?(?:quick|short|small|dumb) (?:question|q|one) ?[:,–-] ?/i;

/** “The whole estate, i.e. every host”. */
const IN_SHORT = /,? (?:i\.e\.|in other words|that is to say),? /gi;

/** “…, I need it for the whole fleet”, “that is for all machines”: says where, of what stands before it. */
const SCOPED =
  /[,.;:?!]{0,3}(?: [-–—]{1,3})? (?:and )?(?:(?:(?:i|we)(?: would)?(?: only| just| really| do)* (?:need|want|mean|require|like|ask|am asking|are asking)(?: to (?:know|see|have))?(?: it| this| that| them| those)?|(?:it|this|that) (?:is|goes|holds|applies|should be|must be)(?: meant)?) )((?:for|on|across|over|throughout|of|about) (?:(?:the (?:whole|entire|full)|our (?:whole|entire)) (?:fleet|estate)|(?:all|every|each)(?: of)?(?: the| our| my| single)* (?:fleet|hosts?|machines?|servers?|box(?:es)?|engines?|nodes?|systems?)))(?:,? please)?[.?!]{0,5}$/i;

/** “Thanks a lot!” as a sentence of its own, behind another. */
const LAST =
  /(?<=\S) (?:many )?(?:thanks|thank you|thx|cheers)(?: a lot| so much| very much| in advance| again)*[.! ]{0,5}$/i;

/** “Who accepted it and why?”: what is shown of a decision tells. */
const OF_DECISION = /\b(?:accept|waiv|sign|acknowledg|attest|approv)/i;
const AND_WHY =
  /,? and (?:why|when|by whom|what for|(?:until|till|since) when|(?:for )?how long)(?: exactly)?[?.! ]{0,5}$/i;

/**
 * What a question means, by its sentences. Pure: the same question, names and time give the same plan. Of two
 * requests for different things none is run, and nothing is done that is asked for under a condition.
 */
export function planQuestion(question: string, context: PlanContext): Plan {
  if (question.length > QUESTION_LENGTH_MAX || isPleasantry(question)) return { kind: 'none' };
  // Within, one ends a sentence.
  const said = question
    .trim()
    .replaceAll(EMOJI, (_mark, at: number) => (at > 0 ? ' – ' : ''))
    .trimStart()
    .replace(LAST, '');
  const asked = OF_DECISION.test(said) ? said.replace(AND_WHY, '') : said;
  const text = asked
    .replace(QUICK, '')
    .replace(FIRST, '')
    .replaceAll(ENDS, '.')
    .replaceAll(IN_SHORT, ' ')
    .replace(SCOPED, ' $1');
  const understood = understanding(context);
  const plan = planSentences(withPlace(text, understood.read), understood);
  if (plan.kind === 'none') {
    const missing = strangerAlone(text, understood);
    return missing === null ? plan : { kind: 'unsure', planned: [], missing };
  }
  const isKept = plan.kind === 'sure' && (isHeld(asked, plan.planned.line) || isOnlyTold(asked));
  return isKept ? { kind: 'unsure', planned: [plan.planned], missing: null } : plan;
}

function planSentences(question: string, context: Understanding): Plan {
  if (isPleasantry(question)) return { kind: 'none' };
  const { rest, reason } = findReason(question);
  const because = reason === null ? '' : `, reason "${reason}"`;
  const { asking, telling } = withoutRemarks(splitRequests(rest), context);
  const [first = '', second] = asking;
  if (asking.length > 0 && telling.length > 0 && asking.every(isPleasantry))
    return { kind: 'none' };
  const isOne = asking.length === 1 && telling.length > 0;
  const beside: Plan = isOne
    ? planBeside(first, { said: telling, isTold: true, because }, context)
    : { kind: 'none' };
  const requests = second === undefined ? halvesOf(first) : asking;
  const said = isOne ? telling : [];
  const plans = requests.map((request, at) =>
    planBeside(request, { said: [...said, ...requests.slice(0, at)], isTold: isOne }, context),
  );
  const planned = plans.flatMap((plan) => (plan.kind === 'sure' ? [plan.planned] : []));
  const [one] = planned;
  const isTwofold = planned.some(
    ({ command, line }) => command !== one?.command || areElsewhere(line, one.line),
  );
  if (isTwofold) return { kind: 'unsure', planned: planned.slice(0, OFFERED_MAX), missing: null };
  const left = second === undefined ? halfLeft(requests, plans) : null;
  if (beside.kind === 'sure') return withLeft(beside, left);
  const isAlone = second === undefined && telling.length === 0;
  const whole = context.plan(isAlone ? first + because : question);
  const isDoubtful =
    whole.kind === 'sure' && isOne && isTimeTold(first, whole.planned.line, context);
  if (isDoubtful) return { kind: 'unsure', planned: [whole.planned], missing: null };
  // “Show criticals, and who accepted them”: the whole line would leave one of them out.
  const [other] = second === undefined ? [] : planned;
  const [main] = likelyLines(whole);
  const isHalf = other !== undefined && main !== undefined && main.command !== other.command;
  if (isHalf) return { kind: 'unsure', planned: firstShown([other, main]), missing: null };
  const halves = isAlone ? halfTold(whole, halvesOf(rest), context) : [];
  if (halves.length > 0) return { kind: 'unsure', planned: firstShown(halves), missing: null };
  const asked = isOne && isApart(first, rest, telling) ? asAsked(whole, first, context) : whole;
  return withOthers(withLeft(asked, left), likelyLines(beside));
}

/** What the answer to the half before it does not tell by the way, as it does when and how. */
const NOT_BESIDE = /^(?:who|whom|whose|can|could|should|may|is there|are there)\b/i;

/** The half of which no line is known, with the line of the other: “who can api reach” of “…, and who got in”. */
function halfLeft([, second = '']: readonly string[], [one, other]: readonly Plan[]) {
  return one?.kind === 'sure' && other?.kind !== 'sure' && NOT_BESIDE.test(second)
    ? { line: one.planned.line, text: clamp(second, TOLD_LENGTH_MAX) }
    : null;
}

/** The plan, which names what it leaves unanswered. */
function withLeft(plan: Plan, left: ReturnType<typeof halfLeft>): Plan {
  if (left === null || plan.kind !== 'sure' || plan.planned.line !== left.line) return plan;
  const { planned } = plan;
  const words = new Set(normalQuestion(left.text).split(' '));
  const others = planned.ignored.filter((word) => !words.has(word));
  return { kind: 'sure', planned: { ...planned, ignored: [...others, left.text] } };
}

/** “And are we using one”, “and who has it”: of ours, which an explanation of a word does not tell. */
const OF_OURS =
  /^(?:is|are|do|does|did|has|have|who|which|how many|list|show)\b(?! (?:it|that|this) (?:really |so |very |always |too )?(?:bad|dangerous|risky|important|safe|good|needed|necessary|true|a problem)\b)/i;

/** The lines of “what is X, and is it on for redis?” where the line of the whole leaves one half out. */
function halfTold(
  whole: Plan,
  [first = '', second = '']: readonly string[],
  context: Understanding,
): PlannedLine[] {
  if (whole.kind !== 'sure' || !OF_OURS.test(plainRequest(second))) return [];
  const told = context.plan(first);
  if (told.kind !== 'sure' || told.planned.command.name !== 'explain') return [];
  // What is explained of a rule tells where it applies.
  const isOfRule = ({ words: [word = ''] }: PlannedLine) =>
    word.startsWith('cis-') || context.rules.some(({ id }) => id === word);
  return whole.planned.command === told.planned.command && isOfRule(told.planned)
    ? []
    : [told.planned, whole.planned, ...likelyLines(context.plan(second))];
}

/** A plan that is not sure, with the likeliest of other lines before its second. */
function withOthers(plan: Plan, others: readonly PlannedLine[]): Plan {
  if (plan.kind !== 'unsure' || plan.missing !== null || others.length === 0) return plan;
  const [first, ...rest] = plan.planned;
  const ordered = [first, others[0], ...rest, ...others].filter((one) => one !== undefined);
  return { ...plan, planned: firstShown(ordered) };
}

const ENDED = /(?<!\b(?:vs|etc|no|nr|e\.g|i\.e))[.!?]$/i;

/** True for a request that is a sentence behind others, none of which says what alone is meant. */
function isApart(request: string, question: string, telling: readonly string[]): boolean {
  const before = question.slice(0, Math.max(question.indexOf(request), 0)).trimEnd();
  return ENDED.test(before) && !telling.some(isNarrowing);
}

/**
 * The plan of a question of which one sentence asks: a line that this sentence alone does not come to is not run,
 * and its own lines are shown before those of all that is said.
 */
function asAsked(whole: Plan, request: string, context: Understanding): Plan {
  const near = context.plan(request);
  if (near.kind === 'none') {
    const isElse =
      whole.kind === 'sure' && !isDeed(whole.planned.line) && asksDeed(request, context);
    return isElse ? { kind: 'unsure', planned: [whole.planned], missing: null } : whole;
  }
  if (whole.kind === 'unsure' && whole.missing !== null) return whole;
  const own = likelyLines(near);
  const all = whole.kind === 'none' ? [] : whole.kind === 'sure' ? [whole.planned] : whole.planned;
  const isOther = ({ line }: PlannedLine) => own.every((one) => one.line !== line);
  if (whole.kind === 'sure' && (own.length === 0 || !all.every(isOther))) return whole;
  const alike = near.kind === 'unsure' ? near.planned.filter((one) => !own.includes(one)) : [];
  const others = [...all, ...alike].filter(isOther);
  const shown = [...own, ...others].slice(0, OFFERED_MAX);
  return { kind: 'unsure', planned: shown, missing: null };
}

/** “Why was it reported? Show me the proof.” */
const WANTS_MORE =
  /^(?:(?:and|so|please|then|now|also) )*(?:show|give|list|tell|explain|how|what|why|which|who|with|include|add)\b/i;

/** “I need one sentence for the newsletter.”: what nothing answers is told, where something else is asked. */
function withoutRemarks({ asking, telling }: Requests, context: Understanding): Requests {
  if (asking.length < 2) return { asking, telling };
  const isRemark = (piece: string): boolean =>
    (!isRequest(piece) || !(piece.endsWith('?') || WANTS_MORE.test(piece))) &&
    isUnanswered(piece, context);
  const remarks = asking.filter(isRemark);
  const meant = asking.filter((piece) => !remarks.includes(piece));
  return meant.length === 0
    ? { asking, telling }
    : { asking: meant, telling: [...telling, ...remarks] };
}

/** So many words of a request are one by themselves. */
const WHOLE_REQUEST = 4;

/** True where a line has a time that its request does not name: it was only told. */
function isTimeTold(request: string, line: string, { read }: Understanding): boolean {
  // “…, who was it?” asks about all that was told.
  const isWhole = request.split(' ').length >= WHOLE_REQUEST;
  if (!isWhole || !/ (?:since|at) /.test(line)) return false;
  return read(request).when === null;
}

const isDecided = ({ command: { name } }: PlannedLine): boolean =>
  /^(?:accept|unaccept|attest|baseline)$/.test(name);

/** What severities and facets narrow. */
const LISTS = /^(?:containers|findings|images|diff|exposure|export|alerts)$/;

/** “What showed up there?” */
const PLACES = /(?<!\b(?:is|are|was|were) )\bthere\b(?! (?:is|are|was|were|any|something)\b)/i;

/** What else a question says: sentences that only tell, or requests before this one. */
interface Beside {
  said: readonly string[];
  isTold?: boolean;
  /** The reason of a decision, as it is appended to the request. */
  because?: string;
}

/** The plan of a request, with the names out of what was said beside it. */
function planBeside(
  request: string,
  { said, isTold = false, because = '' }: Beside,
  context: Understanding,
): Plan {
  const none = { kind: 'none' } as const;
  const { read, readTold } = context;
  const telling = said.join(', ');
  const told = (isTold ? readTold : read)(telling);
  const asked = read(request);
  const carried = carryOver(request, { asked, told }, telling, context.rules);
  const [host] = asked.hosts;
  // “Unlimited memory, edge-eu”.
  if (said.length > 0 && host?.length === asked.tokens.length) return none;
  const isWhole = carried.isWhole === true;
  const isStranger = !namesItself(asked) && unknownName(told, new Set()) !== null;
  if (!isWhole && isStranger) return none;
  if (carried.isPointing && !carried.isChanged) return none;
  const plan = context.plan(carried.request + because);
  const isNarrower =
    !isWhole &&
    isTold &&
    isLeftAside(told, asked, telling) &&
    isLeftAside(told, read(carried.request), telling);
  const isNarrowed = ({ command }: PlannedLine) => isNarrower && LISTS.test(command.name);
  // A reason is written for a decision.
  const isUndecided = because !== '' && plan.kind === 'sure' && !isDecided(plan.planned);
  if (isUndecided) return none;
  if (plan.kind === 'sure' && !isNarrowed(plan.planned)) {
    const line = plan.planned.line.toLowerCase();
    const unused = isWhole ? [] : said.filter((text) => !line.includes(text.toLowerCase()));
    const left = unused.map((text) => clamp(text, TOLD_LENGTH_MAX));
    const planned = { ...plan.planned, ignored: [...plan.planned.ignored, ...left] };
    return { kind: 'sure', planned };
  }
  const isBare = carried.isChanged && !carried.isPointing && !PLACES.test(request);
  const alone = isBare ? context.plan(request + because) : plan;
  if (alone.kind === 'sure' && !isNarrowed(alone.planned)) return alone;
  return { kind: 'unsure', planned: likelyLines(plan), missing: null };
}
