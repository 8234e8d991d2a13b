import type { Clues } from './clues.ts';
import { NUMBERS, UNITS } from './durations.ts';
import type { Reading } from './read-question.ts';

interface Line {
  command: { name: string };
  line: string;
  ignored: readonly string[];
}

/** A line, and with which words that it makes no use of, or with what is said, it answers another question. */
interface Other {
  of?: RegExp;
  ignored?: RegExp;
  says?: RegExp;
}

const OTHERS: readonly Other[] = [
  // An option, “docker run --help”, is no word of a question; and a list has no “second worst”.
  { ignored: /^--|^(?:second|third|fourth|fifth|2nd|3rd|4th|5th)$/ },
  // What denies something or sets a condition.
  {
    ignored:
      /^(?:unless|except|excepting|excluding|besides|without|neither|nor|never|lest|minus|sans|barring|whenever|nowhere|outside)$/,
  },
  // What a cloud tells its machines is not read, nor how long history is kept.
  { ignored: /^(?:metadata|imds|169\.254\.169\.254|kept|stored|retained|retention)$/ },
  // “Criticals that have a fix”: no list tells which of them have one. “Accept all lows”: each is decided by itself.
  {
    of: /^findings\b/,
    says: /\b(?:with|without|has|have|having|got|there (?:is|are)) (?:an? |no |any |the )?(?:\w+ )?(?:fix(?:es)?|patch(?:es)?)\b(?! (?:first|next|for|on)\b)|\b(?:un)?(?:fix|patch)able\b|^(?:accept|waive|tolerate|exempt|unaccept)\b|\baccept (?:all|everything)\b/,
  },
  // “Which containers use the postgres image” is not told by one, and “pull the new nginx image” by none.
  {
    of: /^inspect\b/,
    says: /^(?:(?:which|what|how many) (?:containers|workloads|services)\b|pull (?!up\b|out\b).*\bimage$)/,
  },
  // “At least two capabilities”, “lived less than a minute”: a list has all, be it one or hours.
  {
    of: /^(?:containers|findings)\b/,
    says: new RegExp(
      `\\b(?:(?:at least|at most|exactly) (?:${NUMBERS}) (?!times?\\b)|(?:more|less|fewer|shorter) than (?:${NUMBERS}) |under (?:${NUMBERS}) (?:seconds?|${UNITS})\\b)`,
    ),
  },
  // Containers that publish any port, where one is named.
  { of: /^containers\b/, ignored: /^\d{2,5}$/ },
  // What shows how things are tells neither what somebody changed nor which of them have vulnerabilities.
  {
    of: /^(?:containers|controls|inspect|isolation)\b/,
    ignored:
      /^(?:changed|modified|altered|tampered|zero|criticals?|exploited|exploitable|vulnerabilit(?:y|ies)|cves?)$/,
  },
  // “Which hosts are clean?”: each stands with its findings, and none is left out.
  { of: /^hosts\b/, ignored: /^(?:clean|spotless|flawless|immaculate|perfect)$/ },
  // “Images nobody pulled”, “exceptions that nobody reviewed”: who uses none is told, and nothing else that nobody did.
  {
    of: /^(?:images(?!.* unused\b)|findings (?:accepted|expiring))\b/,
    ignored: /^(?:nobody|none)$/,
  },
  { of: /^images\b/, ignored: /^signed$/ },
  // What is behind its newest version is known of no package.
  { of: /^surface\b/, ignored: /^(?:outdated|old|older|stale|vulnerable)$/ },
  // “What would happen to the score if we fixed that?”: a list says how it is.
  {
    of: /^(?:findings|containers|diff|history|execs|audit)\b/,
    says: /\bwould\b.*\bif\b|\bif\b.*\bwould\b|^what (?:happens|will happen) if\b/,
  },
  // “Who patched CVE-…?”: who has it is another question. “Openssl from 3.0.0 to 3.0.15”: a line says one bound.
  {
    of: /^exposure\b/,
    says: /^who (?:has |have |had )?(?:already )?(?:fixed|patched|closed|resolved|found|discovered|reported|published)\b|^when (?:was|were|did)\b.*\b(?:fix|patch|clos|resolv)/,
  },
  { of: /^exposure \S+[<>=]/, ignored: /^v?\d+(?:\.[\w-]+)+$/ },
  // A finding is handed to nobody; an alert about it is, by its buttons.
  {
    of: /^why\b/,
    says: /^(?:(?:re|un)?assign|delegate|escalate|dismiss|tag|label|comment|(?:close|resolve|mark) \S+$|(?:tell|ask|ping|remind|inform|notify) (?!me\b|us\b|you\b)\S+ (?:about|of|to)\b|(?:hand|give|forward|transfer) \S+ (?:over )?to (?!me\b|us\b))\b/,
  },
  // The list has no word for who accepted: the audit names people.
  {
    of: /^findings accepted\b/,
    says: /\baccepted by (?!whom\b|us\b|me\b|you\b|the\b|our\b|any|some|every|people\b)\w/,
  },
  // Whether somebody got at it is known of nothing.
  { of: /^containers\b/, says: /^(?:did|has|have|was|were) .*\bleak/ },
  // A digest is posted where it is asked for, and who waits for a scan is told of its end.
  {
    of: /^digest now\b/,
    says: / #|\bto (?!this\b|our\b|the (?!\w+ channel))(?:the )?[\w-]+ channel\b/,
  },
  { of: /^(?:digest now|feeds sync)\b/, ignored: /^(?:pdf|excel|word|failed|broken|ok)$/ },
  { of: /^alerts on\b/, ignored: /^scans?$/ },
  // A scan is of hosts by the rules, and looks for nothing else.
  {
    of: /^scan\b/,
    says: /\bscan (?:the |all |our |my )*(?:open )?(?:ports?|networks?|dockerfiles?|compose files?|code|repos?|repository|secrets?|files?|registry|packages)\b/,
  },
  { of: /^scan\b/, ignored: /./, says: /\bscan (?:\S+ )?for (?!me\b|us\b)\w/ },
  { of: /^inspect\b/, ignored: /^forget$/ },
  // A rule is switched off by nobody, and which findings are alike is not known.
  {
    of: /^explain\b/,
    says: /^(?:turn off|switch off|disable|(?:remove|delete|skip|mute|suppress|ignore) (?:the )?(?:rule|check|control|cis))\b/,
  },
  { of: /^(?:findings|why)\b/, says: /\b(?:like|similar to) (?:this|that|it|[0-9a-f]{8})$/ },
  // What a line shows it neither takes in nor gives away, and who would decide is not known.
  { of: /^export\b/, ignored: /^import/ },
  { of: /^images\b/, ignored: /^download$/ },
  { of: /^audit\b/, says: /^who would\b/ },
  // Those files are of findings.
  {
    of: /^export (?:csv|json)\b/,
    says: /\b(?:containers|images|execs|audit)(?: log| list)? (?:as|in|to)\b/,
  },
  // “Yesterday only” ends before now.
  { of: / since /, says: /\byesterday only\b|\bonly yesterday\b/ },
  // What a digest said stands in the channel; the preview is of the next one.
  {
    of: /^digest (?:preview|now)\b/,
    says: /\byesterday (?:daily )?digest|\b(?:last|previous) digest|\bdigest (?:of|from) (?:yesterday|last|\w+day)\b/,
  },
];

/** True for a line that answers another question than was asked, however well it fits the rest. */
export function isOtherQuestion(one: Line, clues: Clues): boolean {
  const { reading } = clues;
  const { name } = one.command;
  const isOf = ({ of, ignored, says }: Other) =>
    (of === undefined || of.test(one.line)) &&
    (ignored === undefined || one.ignored.some((word) => ignored.test(word))) &&
    (says === undefined || clues.says(says));
  return (
    OTHERS.some(isOf) ||
    isPastOnly(one, reading) ||
    isBeyondTimes(name, reading) ||
    (name === 'diff' && reading.when === null && isSinceElse(one, reading)) ||
    (SINCE.test(name) && (reading.when?.left ?? []).length > 0) ||
    // What was done, and not who may.
    (clues.isOfRights && /^(?:execs|audit)$/.test(name))
  );
}

const textOf = ({ tokens }: Reading): string => tokens.map(({ text }) => text).join(' ');

/** “Was redis privileged a week ago?”: how it is now is another answer. */
const isPastOnly = (one: Line, { tokens, when }: Reading): boolean =>
  when !== null &&
  /^(?:was|were|had)$/.test(tokens[0]?.text ?? '') &&
  one.command.name === 'inspect' &&
  one.ignored.includes(tokens[when.from]?.text ?? '');

/** “Older than a month”, “open for over 30 days”, “two weeks old”: how long it has been so. */
const FOR_LONG = new RegExp(
  `\\b(?:(?:older|longer|more|earlier) than|for (?:over|at least|the entire)|(?:open|up|running|alive|there) over|>)(?: about| around| the (?:last|past))* (?:${NUMBERS}) ?(?:${UNITS}|mo|[hdwy])\\b|` +
    `\\b(?:${NUMBERS}) (?:${UNITS}) (?:old|or (?:older|more|longer))\\b`,
);
/** True where a question asks how long something has been so, which no clause says. */
export const isForLong = (reading: Reading): boolean => FOR_LONG.test(textOf(reading));
/** Containers that were there since then may be older. */
const YOUNGER = new RegExp(
  `\\b(?:newer|younger|more recent) than (?:${NUMBERS}) ?(?:${UNITS}|mo|[hdwy])\\b`,
);
/** “Before November”, “until yesterday”: stands before a time that is an end. */
const ENDS = /\b(?:before|until|till|prior to|up to|earlier than|older than)(?: the| last)?$/;
/** “What ran at night”: in which one? */
const NIGHTLY = /^(?:at|by) night$/;

/** “How many criticals were there last Monday?”: a count of then, and not of what came since. */
const WERE_THERE = /\bhow many\b.{0,60}\b(?:were there|did we have|had we)\b/;

/** What lists things since a time, up to now: a stretch that ends before is another question. */
const SINCE = /^(?:findings|containers|diff|history|execs|audit|exposure)$/;

/** “New since lunch”, “since the release”: no line says when that was, and one without a time is of a day. */
const isSinceElse = ({ ignored }: Line, { tokens }: Reading): boolean => {
  const at = tokens.findIndex(({ text }) => text === 'since');
  return at >= 0 && tokens.slice(at + 1, at + 4).some(({ text }) => ignored.includes(text));
};

/** What lists things by when they began or were so, and has no word for an end or an age. */
const OF_TIMES = /^(?:findings|containers|diff|history|execs|audit)$/;

/**
 * True where a question asks for what is older than a time or was so before it, or in no one night: a line of that command
 * says since when or at what time, which is another question.
 */
function isBeyondTimes(command: string, reading: Reading): boolean {
  const { tokens, when, age, deadline } = reading;
  if (!OF_TIMES.test(command) || age !== null || deadline !== null) return false;
  const texts = tokens.map(({ text }) => text);
  const said = texts.join(' ');
  if (isForLong(reading) || (command === 'containers' && YOUNGER.test(said))) return true;
  if (when === null) return false;
  const time = texts.slice(when.from, when.from + when.length).join(' ');
  const isCount = command === 'findings' && when.clause === 'since' && WERE_THERE.test(said);
  if (isCount && !/^since\b/.test(time)) return true;
  return NIGHTLY.test(time) || ENDS.test(texts.slice(0, when.from).join(' '));
}
