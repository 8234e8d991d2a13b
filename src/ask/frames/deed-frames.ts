import { isVulnerabilityId } from '../../inspections/vulnerability-id.ts';
import { quoteWord } from '../../shared/text.ts';
import type { Clues } from '../clues.ts';
import { findJudgingRule, findTopic } from '../find-topic.ts';
import { offer, type Taken } from '../offer.ts';
import type { Frame, Vocabulary } from './frame.ts';
import { looksLikePackage } from './image-frames.ts';

const DIGEST_IDEAS =
  'DIGEST SEND PREVIEW SCHEDULE STOP START LIST YOU NEXT EXPLAIN INSPECT AGAIN LAST_SCAN EXPORT HOST OPEN FRESH';

/** The daily digest: shown, posted, scheduled or switched off. */
export const digestDeeds: Frame = (clues) => {
  if (!clues.has('DIGEST') || clues.container !== null) return [];
  const isWord = clues.says(/\bdigests?\b/);
  const base = isWord ? 1 : 0.8;
  const more = { hasNoTime: true };
  const isWhen = clues.has('NEXT') && clues.says(/\b(?:when|what time|next|how long)\b/);
  const isUntold = clues.has('NOT_TOLD|WHY|WHO_DID') && clues.says(/\b(?:why|who|not)\b/);
  if (isUntold) return [];
  const isTomorrow = clues.says(
    /\b(?:tomorrow|preview\w*|before it|would|will|draft|in advance|dry run|ahead|without (?:posting|sending)|peek|going to|test run)\b/,
  );
  if (clues.has('PREVIEW') && isTomorrow)
    return [offer('digest', ['preview'], base, DIGEST_IDEAS, more)];
  const schedule = scheduleWords(clues);
  if (schedule !== null && clues.has('SCHEDULE|SEND|START')) {
    return [
      offer('digest', ['schedule', ...schedule], base, DIGEST_IDEAS, {
        ...more,
        takes: ['strange'],
      }),
    ];
  }
  const isStop = clues.says(
    /\b(?:stop|off|disable|cancel|end|mute|silence|no more|quit|suspend|unsubscribe|halt|pause|cease|do not (?:send|post))\b/,
  );
  if (clues.has('STOP') && isStop) return [offer('digest', ['off'], base, DIGEST_IDEAS, more)];
  if (isWhen) return [offer('digest', [], 0.5, DIGEST_IDEAS, more)];
  if (
    clues.has('SEND') &&
    clues.says(
      /\b(?:now|send|post|publish|deliver|push|issue|give me|share|trigger|immediately|right away|run|drop|put out|fire)\b/,
    ) &&
    !clues.says(/^(?:when|how|is|did|does|was|what|which)\b/)
  ) {
    return [offer('digest', ['now'], base, DIGEST_IDEAS, more)];
  }
  const isAsked = clues.says(
    /\b(?:schedul\w*|set up|settings?|configured|is there|do we|show|what|how often|which)\b/,
  );
  const isAll = clues.reading.tokens.length === 1;
  return [offer('digest', [], (isAsked || isAll) && isWord ? 0.8 : 0.5, DIGEST_IDEAS, more)];
};

/** Days and a time as `digest schedule` takes them; null where no time is named. */
function scheduleWords(clues: Clues): string[] | null {
  const text = clues.text();
  const [, hour = '', minute = '00', half, , hour24, minute24] =
    /\b(?:at |by |to |for )?(?:(\d{1,2})(?:[:.](\d\d))? ?(am|pm|o clock)|(at|to|by) (\d{1,2})(?::(\d\d))?)(?= |$)/.exec(
      text,
    ) ?? [];
  const plain = /\b(\d{1,2}):(\d\d)\b/.exec(text);
  const clock =
    hour !== ''
      ? toClock(
          (Number(hour) % 12) +
            (half === 'pm' ? 12 : half === 'am' ? 0 : Number(hour) === 12 ? 12 : 0),
          minute,
        )
      : plain !== null
        ? toClock(Number(plain[1]), plain[2] ?? '00')
        : hour24 !== undefined
          ? toClock(Number(hour24), minute24 ?? '00')
          : null;
  if (clock === null) return null;
  const days =
    /\b(?:weekdays?|working days?|work days?|business days?|monday to friday|mon-fri)\b/.test(text)
      ? ['weekdays']
      : /\b(?:daily|every day|each day|every morning|each morning|everyday)\b/.test(text)
        ? ['daily']
        : (text.match(/\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b/g) ?? []).map((day) =>
            day.slice(0, 3),
          );
  const zone = zoneIn(text);
  return [...(days.length > 0 ? days : ['daily']), clock, ...(zone === null ? [] : [zone])];
}

/** The time zone that is named as `Area/City`; null where none is. */
function zoneIn(text: string): string | null {
  const typed = /\b[a-z]{1,20}\/[a-z_+/-]{1,40}/.exec(text)?.[0];
  const isTyped = (zone: string) => zone.toLowerCase() === typed;
  return typed === undefined ? null : (Intl.supportedValuesOf('timeZone').find(isTyped) ?? null);
}

const toClock = (hour: number, minute: string): string | null =>
  hour < 24 ? `${String(hour).padStart(2, '0')}:${minute}` : null;

const ALERT_IDEAS =
  'ALERT START STOP CRITICAL HIGH MEDIUM LOW FINDING LIST YOU STATE_OK REPORTED SEND EXPLAIN HOST OPEN BAD AGAIN INSPECT NEXT WATCH CHANGED';

/** What this channel is told at once. */
export const alertDeeds: Frame = (clues) => {
  if (
    !clues.has('ALERT') &&
    !(
      clues.has('START') &&
      clues.says(
        /\b(?:notify|warn|inform|ping|alert|let (?:me|us) know) .{0,40}\b(?:when|if|about|of|as soon)\b|\btell (?:me|us) .{0,40}\b(?:when|if|as soon|at once|immediately)\b/,
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
  const severity = (['critical', 'high', 'medium', 'low'] as const).filter((word) =>
    clues.has(word.toUpperCase()),
  );
  const isStop = clues.says(
    /\b(?:stop|off|disable|mute|silence|no more|quit|unsubscribe|cease|do not)\b/,
  );
  const isAsked = clues.says(
    /^(?:about |of |for )?(?:are|is|do|does|which|what|show|list|how|status|where|when)\b|^alerts?$|\balerts? (?:sent|go|going|posted) to\b|\bstatus\b|\b(?:am i|are we) told\b/,
  );
  if (isStop)
    return [offer('alerts', ['off'], isAsked ? 0.5 : 0.95, ALERT_IDEAS, { hasNoTime: true })];
  if (isAsked) return [offer('alerts', ['status'], 0.85, ALERT_IDEAS, { hasNoTime: true })];
  const isStart =
    clues.has('START') ||
    clues.says(
      /\balert (?:me|us|everyone|everybody|people|(?:this|our|the) (?:channel|team))\b|\balert(?:s)? (?:on|for)\b/,
    );
  const score = isStart ? (severity.length <= 1 ? 0.95 : 0.55) : 0.5;
  return [
    offer('alerts', ['on', ...severity.slice(0, 1)], score, ALERT_IDEAS, { hasNoTime: true }),
  ];
};

const EXPORT_IDEAS =
  'EXPORT SARIF CSV JSON SBOM SPDX LIST FINDING VULN IMAGE HOST SOFTWARE SEND OPEN INSPECT CONTAINER START RUN RISK CRITICAL';

/** A file. */
export const exportOf: Frame = (clues) => {
  if (!clues.has('SARIF|CSV|JSON|SBOM|SPDX') && !clues.says(/\b(?:export|download)\b/)) return [];
  if (clues.container !== null) return [];
  const isBill = clues.has('SBOM|SPDX');
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
  const { image } = clues.reading;
  const isOfVulns = format === 'sarif' && clues.has('VULN') && clues.says(/\bvuln|\bcves?\b/);
  const object = isBill
    ? image === null
      ? []
      : [image.name]
    : isOfVulns
      ? ['vulnerabilities', ...(image === null ? [] : [image.name])]
      : clues.says(/\bfindings?\b/)
        ? ['findings']
        : [];
  let score = isAsked ? 1 : 0.6;
  if (clues.says(/^(?:what is|explain|why|how)\b/) && clues.host === null) score -= 0.5;
  return [
    offer('export', [format, ...object], score, EXPORT_IDEAS, {
      takes: image === null ? [] : ['image'],
      hasNoTime: true,
    }),
  ];
};

const DECISION_IDEAS =
  'DECIDE_ACCEPT DECIDE_UNACCEPT DECIDE_ATTEST DECIDE_BASELINE SOFTWARE FINDING RISK ACCEPTED CONTAINER HOST LIST ROOT PRIVILEGED HOST_NETWORK HOST_PID DOCKER_SOCKET SENSITIVE_MOUNT DEVICE PUBLIC PUBLISHED VULN FIX STATE_OK VIOLATE START NO OFF NOT LIMIT MEMORY CPU PIDS SECCOMP APPARMOR OK_THING INSPECT ADDED_CAPABILITY WRITABLE HEALTHCHECK MUTABLE_TAG ENV SECRET AGAIN';

/** Decisions, of which the line is given and never run. */
export const decisions: Frame = (clues, { rules }: Vocabulary) => {
  const text = clues
    .text()
    .replace(
      /^(?:please |can you |could you |i want to |i would like to |we want to |let us |we |i |go ahead and )+/,
      '',
    );
  const { container, reading } = clues;
  const packages = reading.vulnerability === null ? [] : packageIn(text);
  const takes: Taken[] = ['container', 'topic', 'vulnerability', 'control'];
  if (packages.length > 0) takes.push('strange');
  const more = { takes, hasNoTime: true };
  const topic = findTopic(clues, rules);
  const rule = topic?.kind === 'rule' ? topic : findJudgingRule(clues, rules);
  const because = reading.reason === null ? '' : ` --reason ${quoteWord(reading.reason)}`;
  const flags = because + untilFlag(reading.when?.text ?? null, text);
  if (
    /^(?:baseline|approve|make)\b/.test(text) &&
    clues.has('DECIDE_BASELINE') &&
    container !== null
  ) {
    return [
      offer('baseline', ['approve', container], 0.95, DECISION_IDEAS, { ...more, flags: because }),
    ];
  }
  const named =
    reading.vulnerability !== null
      ? [reading.vulnerability.id, ...packages]
      : rule !== null
        ? [rule.word, ...(container === null ? [] : [container])]
        : container === null
          ? []
          : [container];
  const isUndone = UNDOES.test(text);
  if (isUndone && clues.says(/\bbaselines?\b/) && container !== null) {
    return [offer('baseline', ['withdraw', container], 0.95, DECISION_IDEAS, more)];
  }
  if (isUndone && clues.says(/\battest\w*\b/) && rule !== null) {
    return [offer('attest', [rule.word], 0.95, DECISION_IDEAS, { ...more, flags: ' --withdraw' })];
  }
  if (isUndone && named.length > 0 && clues.has('DECIDE_UNACCEPT')) {
    return [offer('unaccept', named, 0.95, DECISION_IDEAS, more)];
  }
  if (/^(?:attest|vouch|certify)\b/.test(text) && rule !== null) {
    return [offer('attest', [rule.word], 0.95, DECISION_IDEAS, { ...more, flags })];
  }
  if (
    /^(?:accept|waive|suppress|ignore|mute|tolerate|exempt|acknowledge|sign off)\b/.test(text) &&
    named.length > 0
  ) {
    return [
      offer(
        'accept',
        named,
        named.length > 1 || reading.vulnerability !== null ? 0.95 : 0.5,
        DECISION_IDEAS,
        { ...more, flags },
      ),
    ];
  }
  return [];
};

const UNDOES =
  /^(?:unaccept|revoke|withdraw|take back|retract|stop accepting|no longer accept|rescind|undo)\b/;

/** The package of a decision on a vulnerability: “accept CVE-2024-13176 in openssl”. */
function packageIn(text: string): string[] {
  const name = /\b(?:in|of|for) (?:the )?(?:package )?([a-z][\w.+-]{1,80})/.exec(text)?.[1] ?? '';
  return looksLikePackage(name) && !isVulnerabilityId(name) ? [name] : [];
}

/** `for 30 days` as the flag of a decision. */
function untilFlag(duration: string | null, text: string): string {
  const isFor = /\b(?:for|until|till)\b/.test(text);
  return isFor && duration !== null && /^\d{1,4}[dw]$/.test(duration) ? ` --until ${duration}` : '';
}
