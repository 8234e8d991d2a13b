import type { Clues } from '../clues.ts';
import { isStopDenied } from '../denied-stop.ts';
import { isGraded, severitiesDenied, severitiesMeant, severityWords } from '../find-severities.ts';
import { offer } from '../offer.ts';
import type { Frame } from './frame.ts';

const QUIET = /\b(?:snooz\w*|paus\w*|suspend|postpone|hold|quiet|hush|delay)\b/;
const FOR_HOURS =
  /\b(?:until|till)\b|\bfor (?:the )?(?:next )?(?:\w+ ){1,2}(?:minutes?|mins?|hours?|days?|weeks?|while|bit)\b|\bfor \d+ ?(?:m|h|d|w)\b/;
const FOR_A_TIME =
  /\b(?:tonight|today|tomorrow|this (?:morning|afternoon|evening|weekend|week))\b|\b(?:for|until|till|during|over)(?: the)?(?: next)? (?:an?|one|half|\d+\w{0,2}|two|three|four|five|six|ten|few|couple|tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|noon|midnight|morning|weekend|now|while|bit|night|maintenance|today|lunch)\b/;

const ALERT_IDEAS =
  'CHANNEL ALERT START STOP CRITICAL HIGH MEDIUM LOW FINDING LIST YOU STATE_OK REPORTED SEND EXPLAIN HOST OPEN BAD AGAIN INSPECT NEXT WATCH CHANGED';

/** What this channel is told at once. */
export const alertDeeds: Frame = (clues) => {
  if (
    !clues.has('ALERT') &&
    !(
      clues.has('START') &&
      clues.says(
        /\b(?:notify|warn|inform|ping|alert|let (?:me|us) know) .{0,40}\b(?:when|if|about|of|as soon)\b|\btell (?:me|us) .{0,40}\b(?:when|if|as soon|at once|immediately|from now on)\b|\bonly (?:tell|inform|bother) (?:me|us) (?:about|of|with)\b|\b(?:hear|know|learn) (?:about|of) .{0,40}\b(?:at once|right away|immediately|straight away|instantly|as it happens|as soon)\b/,
      )
    )
  )
    return [];
  if (
    clues.container !== null ||
    clues.has('WHY|NOT_TOLD') ||
    clues.says(/^who\b(?!.*\bsent to\b)/)
  )
    return [];
  if (isStopDenied(clues))
    return [offer('alerts', ['status'], 0.5, ALERT_IDEAS, { hasNoTime: true })];
  const severity = lowestMeant(clues);
  const isStop = clues.says(
    /\b(?:stop|kill|off|disable|mute|silence|no more|quit|unsubscribe|cease|do not)\b/,
  );
  const isAsked = clues.says(
    /^(?:about |of |for )?(?:are|is|do|does|which|what|show|list|how|status|where|when)\b|^alerts?$|\balerts? (?:sent|go|going|posted) to\b|\bstatus\b|\b(?:am i|are we) told\b|^is (?:this|the|our|that) (?:channel|room)\b/,
  );
  // None is muted for a time but one by its button.
  const isForTime = clues.says(FOR_A_TIME);
  if (isForTime && (isStop || clues.says(QUIET)))
    return [offer('alerts', ['off'], 0.5, ALERT_IDEAS, { hasNoTime: true })];
  // There is no line for some of them.
  const isOfSome = severity !== undefined || clues.says(/\b(?:except|but|only|apart from)\b/);
  if (isStop)
    return [
      offer('alerts', ['off'], isAsked || isOfSome ? 0.5 : 0.95, ALERT_IDEAS, { hasNoTime: true }),
    ];
  // What they told stands in the channel.
  if (
    clues.says(
      /\balerts? (?:\w{1,5} )?(?:fired|raised|triggered|went off|came|sent out|happened)\b/,
    )
  )
    return [];
  if (isAsked) return [offer('alerts', ['status'], 0.85, ALERT_IDEAS, { hasNoTime: true })];
  const isStart =
    (severity && clues.says(/^(?:only|just)\b/)) ||
    clues.has('START') ||
    clues.says(/\b(?:set|put|change|switch|raise|lower) (?:the |our )?alert(?:s|ing)?\b/) ||
    clues.says(
      /^(?:tell|inform|notify|warn|ping|message) (?:this|the) channel\b|^alert (?:here|only|just)\b|^(?:only )?(?:wake|page) (?:me|us)\b/,
    ) ||
    clues.says(
      /\b(?:i|we)(?: would)? (?:like|want|need|prefer)\b.{0,20}\balerts?\b|\balerts? (?:from|at|of) (?:low|medium|high|critical)\b/,
    ) ||
    clues.says(
      /\balert (?:me|us|everyone|everybody|people|(?:this|our|the) (?:channel|team))\b|\balert(?:s)? (?:on|for)\b/,
    );
  const isLasting = isStart && severity !== null && !clues.says(FOR_HOURS);
  return [
    offer('alerts', severity ? ['on', severity] : ['on'], isLasting ? 0.95 : 0.5, ALERT_IDEAS, {
      hasNoTime: true,
    }),
  ];
};

/**
 * The severity from which on alerts are asked for; undefined where none is named, null where no one says which:
 * “not only criticals”, “high but not critical”.
 */
function lowestMeant(clues: Clues): string | null | undefined {
  if (!isGraded(clues)) return undefined;
  const meant = severitiesMeant(clues) ?? [];
  const lowest = severityWords.findLastIndex((word) => meant.includes(word));
  const isAbove = (word: string) => severityWords.indexOf(word) < lowest;
  return severitiesDenied(clues).some(isAbove) ? null : (severityWords[lowest] ?? null);
}

const EXPORT_IDEAS =
  'EXPORT SARIF CSV JSON SBOM SPDX LIST FINDING VULN IMAGE HOST SOFTWARE SEND OPEN INSPECT CONTAINER START RUN RISK CRITICAL';

/** “Json of the containers”: that file is of findings. */
const OF_OTHERS =
  /\b(?:of|with) (?:all |the |our |running )*(?:containers|images|execs|audit)\b(?!.*\bfindings?\b)/;

/** A file. */
export const exportOf: Frame = (clues) => {
  if (!clues.has('SARIF|CSV|JSON|SBOM|SPDX') && !clues.says(/\b(?:export|download)\b/)) return [];
  const isBill = clues.has('SBOM|SPDX');
  // A file is of images or of all: that of its container is not known here.
  if (clues.container !== null && !isBill) return [];
  const format = clues.has('SPDX')
    ? 'spdx'
    : isBill
      ? 'cyclonedx'
      : clues.has('SARIF')
        ? 'sarif'
        : clues.has('CSV')
          ? 'csv'
          : clues.has('JSON')
            ? 'json'
            : null;
  if (format === null) return [offer('export', ['csv'], 0.5, EXPORT_IDEAS, { hasNoTime: true })];
  const isAsked =
    clues.has('EXPORT|LIST|SEND') ||
    clues.says(
      /^(?:put|write|make|csv|json|sarif)\b|\bas an? (?:csv|json|sarif)\b|\b(?:in|into|to) an? (?:csv|json|sarif)\b/,
    ) ||
    isBill;
  const image = clues.reading.image?.name ?? imageBeside(clues);
  const isOfVulns =
    format === 'sarif' && clues.has('VULN') && clues.says(/\bvuln|\bcves?\b|\bholes?\b|\bflaws?\b/);
  const object = isBill
    ? image === null
      ? []
      : [image]
    : isOfVulns
      ? ['vulnerabilities', ...(image === null ? [] : [image])]
      : clues.says(/\bfindings?\b/)
        ? ['findings']
        : [];
  let score = clues.container !== null && image === null ? 0.95 : isAsked ? 1 : 0.6;
  // Those two are of findings.
  if (/^(?:csv|json)$/.test(format) && clues.says(/\b(?:cves?|vulnerabilit\w+)\b/)) score -= 0.5;
  if (!isBill && clues.says(OF_OTHERS)) score -= 0.5;
  if (clues.says(/^(?:what is|explain|why|how)\b/) && clues.host === null) score -= 0.5;
  return [
    offer('export', [format, ...object], score, EXPORT_IDEAS, {
      takes: image === null ? [] : ['image', 'container'],
      hasNoTime: true,
    }),
  ];
};

/** “The redis image” beside a container of that name: what it is called, as it was typed. */
function imageBeside({ reading: { containers, tokens } }: Clues): string | null {
  const [one, second] = containers;
  if (one?.length !== 1 || second !== undefined) return null;
  const isImage = [-1, 1].some((by) => tokens[one.from + by]?.word === 'image');
  return isImage ? (tokens[one.from]?.text ?? null) : null;
}
