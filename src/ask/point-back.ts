import { type Parts, partsOf } from './line-parts.ts';
import type { PlanContext } from './plan-request.ts';
import { QUESTION_LENGTH_MAX } from './split-question.ts';

/** “Is it privileged?”, “scan that host”. */
const POINTS =
  /(?<!\bwho (?:is|was|did) )\b(?:it|its|(?:that|this)(?: same)? (?:one|container|service|workload|host|server|machine|box|cve|vulnerability))\b/i;

/** “It is slow”, “thanks, got it”, “ok, we fixed it”: nothing is asked. */
const TELLS =
  /^(?:(?:ah|oh|ok|okay|yes|yep|no|well|great|good|nice|cool|perfect|fine|thanks?|thank you|thx|cheers|so|and|but)[,.! ]+){0,4}(?:(?:it|(?:that|this) (?:one|container|service|workload|host|server|machine|box|cve|vulnerability))\b|got it|(?:i|we)(?:['’]ve| have)?(?: just| already| now)? (?:see|saw|got|know|fixed|removed|stopped|restarted|deleted|rebuilt|updated|did)\b)[^?]*$/i;

/** “Undo that”. */
const UNDO =
  /^(?:undo|revert|withdraw|take back|roll back|take(?= (?:it|that|this) back))(?: (?:it|that|this)(?: back)?)?(?: again| please| pls)*[?!. ]*$/i;
/** Decisions with what takes them back. */
const UNDONE: readonly (readonly [RegExp, string])[] = [
  [/^accept ((?:CVE|GHSA)-\S+) (.+)$/, 'unaccept $1 in $2'],
  [/^accept (.+)$/, 'unaccept $1'],
  [/^baseline approve (.+)$/, 'withdraw the baseline of $1'],
  [/^attest (\S+)(?: .*)?$/, 'withdraw the attestation of $1'],
];

/** “And the grade?”, “trend?”: of the same, where that has one. */
const BESIDE =
  /^(?:(?:ok|okay|so),? )?(?:and|what about|how about) the |^(?:trend|score|grade)[?!. ]*$/i;

/** “Ok accept it until Friday”. */
const LEADS = /^(?:(?:ok|okay|yes|yep|and|so|but|then|now|please|pls)[,.!]? ){1,4}/i;

/** What is asked of a finding, and not of the container that has it. */
const OF_FINDING = /\b(?:accept|waive|tolerate|ignore|who accepted|fix|why|evidence|proof|prove)/i;
/** A container and a host have many findings. */
const DECIDES = /^(?:accept|waive|tolerate|ignore) (?:it|that|this)\b/i;

/** What says by itself no more than that it is about what was answered before. */
const BARE: readonly (readonly [RegExp, string])[] = [
  [/^(?:compare(?: (?:it|that|this))?|versus|vs\.?) (?:with|to|and|against) /i, 'compare # with '],
  [/^(?:accept|waive|tolerate) (?:it|that|this)\b/i, 'accept #'],
  [
    /^(?:how (?:do|can|should) (?:i|we|you) fix (?:it|that|this)|how to fix(?: it| that)?|(?:the |a )?fix(?=\?))[?!. ]*$/i,
    'how do I fix #',
  ],
  [/^(?:(?:the |any |your )?(?:evidence|proof)|prove it)[?!. ]*$/i, 'evidence for #'],
  [/^(?:please )?(?:re-?scan|scan again)(?: now| again| please| pls)*[?!. ]*$/i, 'scan #'],
  [/^why(?: (?:so|that|is that|is it|was that|was it))?[?!. ]*$/i, 'why is # reported'],
  [
    /^who (?:has |have )?(?:accepted|waived|signed off(?: on)?) (?:it|that|this)[?!. ]*$/i,
    'who accepted #',
  ],
];

/**
 * A question in which a word such as “it” stands for what the line before it is about, with that said: “is it
 * privileged?” below `inspect redis`. Null where it points to nothing or tells something, or that line names no one thing. Pure.
 */
export function withSubject(
  message: string,
  previous: string,
  context: Omit<PlanContext, 'rank'>,
): { question: string; subject: string } | null {
  if (message.length > QUESTION_LENGTH_MAX || TELLS.test(message.trim())) return null;
  const asked = message.trim().replace(LEADS, '');
  const [decision, undone] = UNDONE.find(([form]) => form.test(previous)) ?? [];
  if (decision && undone && UNDO.test(asked))
    return { question: previous.replace(decision, undone), subject: '' };
  const bare = BARE.find(([form]) => form.test(asked));
  if (bare === undefined && !POINTS.test(message) && !BESIDE.test(message)) return null;
  const taken = partsOf(previous, context);
  const of = bare?.[1] === 'scan #' ? 'host' : OF_FINDING.test(asked) ? 'finding' : 'one';
  const subject = taken && subjectOf(taken, of);
  if (!subject || (subject.isMany && DECIDES.test(asked))) return null;
  if (bare !== undefined) {
    const [form, meant] = bare;
    const question = asked.replace(form, () => meant.replace('#', () => subject.said));
    return { question, subject: subject.name };
  }
  // “What changed on it?” is of the host, and “and the grade?” has no word in its place.
  const question = POINTS.test(asked)
    ? asked.replace(POINTS, () => subject.said)
    : `It is about ${subject.said}. ${asked}`;
  return { question, subject: subject.name };
}

/**
 * The one finding, container, vulnerability, rule or host that a line names, and how it is said; of a word that was
 * explained and of the digest no line has the name.
 */
function subjectOf({ command, form, words, clauses }: Parts, of: 'finding' | 'host' | 'one') {
  if (command.name === 'digest') return { name: '', said: 'the digest', isMany: false };
  const [topic] = words;
  if (form === 'explain {topic}' && topic !== undefined && !/^(?:CVE|GHSA)-/.test(topic))
    return { name: '', said: topic.replaceAll('-', ' '), isMany: false };
  const [host, ...others] = clauses.on ?? [];
  const isHost =
    host !== undefined && others.length === 0 && /^[\w.-]+$/.test(host) && host !== 'all';
  const marks = form.split(' ').slice(1);
  const named = command.name === 'hosts' ? words : words.filter((_word, at) => isOne(marks[at]));
  const name = of === 'host' ? undefined : named.at(-1);
  if (name === undefined) return isHost ? { name: host, said: host, isMany: true } : null;
  const said = of === 'finding' ? named.join(' ') : name;
  const isMany = named.length === 1 && !/\{(?:code|vulnerability)\}/.test(form);
  return { name, said: isHost ? `${said} on ${host}` : said, isMany };
}

const isOne = (mark = ''): boolean => /^\{(?:container|vulnerability|code|rule)\}$/.test(mark);
