import { table } from '../shared/table.ts';
import {
  CLOCK,
  CLOCK_GROUPS,
  clockOf,
  clockOn,
  DAY_OF_CLOCK,
  NIGHT,
  type Read,
  STRETCH,
  stretchOf,
  toClock,
  WEEKDAYS,
} from './clock-of-day.ts';
import { durationWord, NUMBERS, UNITS } from './durations.ts';
import { endBehind } from './end-behind.ts';
import type { Place } from './find-subjects.ts';
import type { Token } from './split-question.ts';
import {
  type AskedWhen,
  clockWord,
  dayWord,
  instantOf,
  momentWord,
  newestWeekday,
} from './zone-time.ts';

/** A time that a question names, as lines name it; it never lies in the future. */
export interface FoundWhen extends Place {
  clause: 'since' | 'at';
  text: string;
  /** Words of it that a line cannot say, such as the end of a period. */
  left: string[];
  /** It ends there, as “before Monday”: no line says so, but where it is as things were then. */
  isEnd?: boolean;
}

type Asked = AskedWhen;
interface Pattern {
  form: RegExp;
  read: (groups: readonly (string | undefined)[], asked: Asked, line: string) => Read | null;
}

const partsOfDay = table<string>({
  ...{ morning: '06:00', afternoon: '12:00', evening: '18:00', night: '21:00' },
});
const since = (text: string | null): Read | null =>
  text === null ? null : { clause: 'since', text };

/** What was so at a moment, and what happened, which has no moment in a line. */
const BEING =
  /^(?:running|up) |\b(?:was|were|existed|alive|looked like|(?:did|do) (?:we|i|you|they|it|that|this|\w{1,20}) have|did (?:[\w-]{1,20} ){1,4}look|had|stood|there)\b/;
/** “Findings on web1 two days ago”: a list of that moment. */
const LISTED = /^(?:\w+ ){0,3}(?:findings|containers|problems|issues|criticals?|highs?)\b/;
/** “The state of the findings on 2026-11-20”. */
const AS_OF = /\bas (?:of|at|on) (?:the )?\d|\bstate\b.{0,60}\bon (?:the )?\d/;
const PAST =
  /\b(?:has|have|had|been|did|happen\w*|news?|newly|changes?|came|went|got|gone|began|execs?|audit|digest|diff|drift|history|log|trail|worse|better|did|opens|appear\w*|activity|shells?|sessions?|who|miss\w*|short-lived|lived|ephemeral|dead)\b/;
/** “What ran on web1 three hours ago”: of that moment, whatever a command that ran is. */
const RAN =
  /\b(?:what|which|(?:containers?|workloads?|services?|apps?|everything|all)(?: that| which)?) (?:ran|did run|lived|existing)\b(?! in\b| inside\b| an?\b)/;
const HAPPENING =
  /\b(?:stopped|removed|deleted|created|started|gone|changed|scanned|disappeared|vanished|died|killed|done|told|opened|new|added|asked|ran|typed|executed|accepted|approved|found|fixed|seen|released|published)\b/;

/** The first that fits at the earliest place counts; the longer forms stand first. */
const patterns: readonly Pattern[] = [
  {
    form: /\b(since |from |after |at |on )?(\d{4}-\d\d-\d\d)(?:t| at | )(\d\d:\d\d)\b/,
    read: ([word = 'at ', day = '', clock = ''], asked) => {
      const at = instantOf(day, clock, asked);
      const isPast = !Number.isNaN(at) && at <= asked.now;
      return isPast
        ? { clause: /^(?:at|on)/.test(word) ? 'at' : 'since', text: momentWord(at) }
        : null;
    },
  },
  {
    form: /\b(?:since |from |after |at |on )?(\d{4}-\d\d-\d\d)\b/,
    read: ([day = ''], asked, line) => {
      const at = instantOf(day, '00:00', asked);
      if (Number.isNaN(at) || at > asked.now) return null;
      return { clause: AS_OF.test(line) ? 'at' : 'since', text: momentWord(at) };
    },
  },
  { form: STRETCH, read: stretchOf },
  {
    form: NIGHT,
    read: ([behind, before = ''], asked) => {
      const day = newestWeekday(behind ?? before, asked, false);
      if (day === null) return null;
      const left = ['until the morning'];
      return { clause: 'since', text: momentWord(instantOf(day, '21:00', asked)), left };
    },
  },
  {
    form: new RegExp(
      `\\b(since |after |from )?(?:at |around |about )?${CLOCK} (${DAY_OF_CLOCK})\\b`,
    ),
    read: ([word, ...rest], asked) =>
      clockOn(clockOf(rest), rest[CLOCK_GROUPS] ?? '', word !== undefined, asked),
  },
  {
    form: new RegExp(
      `\\b(since |after |from )?(${DAY_OF_CLOCK})(?: at| around| about)? ${CLOCK}\\b`,
    ),
    read: ([word, day = '', ...rest], asked) =>
      clockOn(clockOf(rest), day, word !== undefined, asked),
  },
  {
    form: /\b(since |after |from )?(?:at |around |about |by )?(\d{1,2})(?:[:.](\d\d))? (?:(?:in the|this|in) (morning|afternoon|evening)|at (night))\b/,
    read: ([word, hour = '', minute = '00', part, night], asked) => {
      const typed = Number(hour);
      const isLate = part === 'afternoon' || part === 'evening' || (night && typed > 6);
      const clock = typed > 12 ? null : toClock((typed % 12) + (isLate ? 12 : 0), minute);
      return clockOn(clock, '', word !== undefined, asked);
    },
  },
  {
    form: new RegExp(`\\b(since |after |from )?(?:at |around |about |by )?${CLOCK}(?= |$)`),
    read: ([word, ...rest], asked) => clockOn(clockOf(rest), '', word !== undefined, asked),
  },
  {
    form: new RegExp(
      `\\b(?:since |from |after |on )?(?:(${WEEKDAYS}) (?:of )?last week|last week (${WEEKDAYS}))\\b`,
    ),
    read: ([before, behind = ''], asked) => {
      const monday = newestWeekday('mon', asked, true) ?? '';
      const lastWeek = { ...asked, now: instantOf(monday, '00:00', asked) };
      const day = newestWeekday(before ?? behind, lastWeek, false);
      return day === null ? null : since(dayWord(day, asked));
    },
  },
  {
    form: new RegExp(
      `\\b(?:(?:in|within|over|during|for|since|from) )?(?:the )?(?:whole )?(?:last|past|previous|latest) (?:(${NUMBERS}|half) )?(${UNITS})\\b`,
    ),
    read: ([count = 'one', unit = '']) => since(durationWord(count, unit)),
  },
  {
    form: new RegExp(
      `\\b((?:since|from|in|within|over|for) )?(${NUMBERS}) ?(${UNITS}|mo|[mhdwy])(?: ago| back)\\b`,
    ),
    read: ([word, count = '', unit = ''], _asked, line) => {
      const text = durationWord(count, unit === 'm' ? 'min' : unit);
      const isOfThen = BEING.test(line) || (LISTED.test(line) && !PAST.test(line));
      const isMoment =
        word === undefined && (RAN.test(line) || (isOfThen && !HAPPENING.test(line)));
      return text === null ? null : { clause: isMoment ? 'at' : 'since', text };
    },
  },
  {
    form: new RegExp(
      `\\b(?:for|in|within|over|during|since|(?:newer|younger|more recent) than)(?: the)? (${NUMBERS}) (${UNITS})\\b`,
    ),
    read: ([count = '', unit = '']) => since(durationWord(count, unit)),
  },
  {
    form: /\b(?:(?:in|within|over|for|since|from|past|last) )?(?:the )?(?:last |past )?(\d{1,4})(mo|[mhdwy])\b/,
    read: ([count = '', unit = '']) => since(`${Number(count)}${unit}`),
  },
  {
    form: /\b(?:since |from |in |over |during |on )?yesterday (morning|afternoon|evening|night)\b/,
    read: ([part = ''], asked) =>
      since(clockWord(partsOfDay.get(part) ?? '00:00', 'yesterday', asked)),
  },
  {
    form: /\b(?:since |from |in |during |over )?(?:this|the|early this) (morning|afternoon|evening)\b/,
    read: ([part = ''], asked) =>
      since(clockWord(partsOfDay.get(part) ?? '06:00', 'newest', asked)),
  },
  {
    form: /\b(?:since |from |during |over |in )?(?:the )?(?:yesterday|last night|overnight|over night|at night|by night|during the night|in the night|tonight|the day before|last evening)\b/,
    read: () => since('1d'),
  },
  {
    form: /\b(since |from |during |over |of |in )?today\b/,
    // “Which containers are privileged today” asks about now.
    read: ([word], _asked, line) =>
      word !== undefined || BEING.test(line) || HAPPENING.test(line) || PAST.test(line)
        ? since('1d')
        : null,
  },
  {
    form: /\b(?:since |from |in |during |over |for |within )?(?:this|the current|a) (week|month|year|quarter)\b/,
    read: ([unit = '']) => since(durationWord('one', unit)),
  },
  {
    form: /\b(?:since |over |during |on |from |after |at )?(?:the |this |last |past )?weekend\b/,
    read: (_groups, asked) => since(dayWord(newestWeekday('sat', asked, false) ?? '', asked)),
  },
  {
    form: new RegExp(
      `\\b(?:between |from )(?:last )?(${WEEKDAYS}) (?:and|to|until|till|through) (?:last )?(${WEEKDAYS})\\b`,
    ),
    read: ([from = '', to = ''], asked) => {
      const end = newestWeekday(to, asked, true) ?? '';
      const endsAt = { ...asked, now: instantOf(end, '00:00', asked) };
      const day = newestWeekday(from, endsAt, from !== to);
      return day === null
        ? null
        : { clause: 'since', text: dayWord(day, asked), left: [`until ${to}`] };
    },
  },
  {
    form: new RegExp(
      `\\b(?:since |from |after |on |over |during )?(last |past |this |)(${WEEKDAYS})\\b(?! (?:morning |afternoon )?(?:review|meeting|call|standup|stand-up|retro|sync|session|slides|deck|demo|board|visit|audit|handover|report|presentation|update)\\b)`,
    ),
    read: ([which, word = ''], asked) => {
      const day = newestWeekday(word, asked, which === '' || which === 'this ');
      return day === null ? null : since(dayWord(day, asked));
    },
  },
  {
    form: /\bweekly (?=review|report|meeting|update|summary|recap)/,
    read: () => since('7d'),
  },
  {
    form: /\bmonthly (?=review|report|meeting|update|summary|recap)/,
    read: () => since('30d'),
  },
  {
    form: new RegExp(`(?:^|(?<!than|every|each|next) )(${NUMBERS}) (${UNITS})$`),
    read: ([count = '', unit = '']) => since(durationWord(count, unit)),
  },
];

const BEFORE =
  /(?<!\b(?:day|night|week|month|year) )\b(?:before|prior to|earlier than|until|till|up to) (?:the |last |on )*$/;
/** “Before the outage at 3am”. */
const BEFORE_SOMETHING = /\bbefore (?:the|our|that|this) \w+ $/;
/** “Until 90d”, “before tonight” are to come. */
const TO_COME = /^(?:\d{1,4}(?:mo|[mhdwy])|to(?:day|night))\b/;

/** The time with what stands before it: “before Monday” is none since then. */
function asEnd(when: FoundWhen, line: string): FoundWhen {
  const start = line.split(' ').slice(0, when.from).join(' ').length + 1;
  const [before, behind] = [line.slice(0, start), line.slice(start)];
  const form = /^(?:at|on) /.test(behind) ? BEFORE_SOMETHING : BEFORE;
  const [said] = form.exec(before) ?? [];
  if (said === undefined || TO_COME.test(behind)) return when;
  const isOfThen = BEING.test(line) && !HAPPENING.test(line) && !PAST.test(line);
  const more = said.trim().split(' ').length;
  const place = { from: when.from - more, length: when.length + more };
  return { ...when, ...place, isEnd: true, clause: isOfThen ? 'at' : 'since' };
}

const BEFORE_DATE = /\b(?:(since|from|after)|on|in|at|during|of) (?:the )?$/;

/** The time that a question names, or null. `calendar` reads dates with a month in words. */
export function findWhen(
  tokens: readonly Token[],
  asked: Asked,
  calendar:
    | ((
        text: string,
        asked: Asked,
      ) => {
        at: number;
        index: number;
        text: string;
        hasClock: boolean;
        isOver: boolean;
      } | null)
    | null,
): FoundWhen | null {
  const line = tokens.map(({ text }) => text).join(' ');
  const found = calendar === null ? null : calendar(line, asked);
  if (found !== null && found.at <= asked.now) {
    const [lead = '', before] = BEFORE_DATE.exec(line.slice(0, found.index)) ?? [];
    const clause = found.hasClock && before === undefined ? 'at' : 'since';
    const start = found.index - lead.length;
    const end = found.index + found.text.length;
    const left = found.isOver ? ['the end'] : leftBehind(line, start, end);
    const place = placeOf(line, start, end);
    return asEnd({ clause, text: momentWord(found.at), left, ...place }, line);
  }
  for (const { form, read } of patterns) {
    const match = form.exec(line);
    if (match === null) continue;
    const when = read(match.slice(1), asked, line);
    if (when === null) continue;
    const [start, end] = [match.index, match.index + match[0].length];
    const left = when.left ?? leftBehind(line, start, end);
    return asEnd({ ...when, left, ...placeOf(line, start, end) }, line);
  }
  return null;
}

function leftBehind(line: string, start: number, end: number): string[] {
  const said = endBehind(line, start, end);
  return said === null ? [] : [`until ${said}`];
}

/** Which tokens a stretch of the joined line covers. */
export function placeOf(line: string, start: number, end: number): Place {
  const from = line.slice(0, start).split(' ').length - 1;
  const covered = line.slice(start, end).trim().split(' ').length;
  const isAtBlank = line[start] === ' ';
  return { from: isAtBlank ? from + 1 : from, length: covered };
}
