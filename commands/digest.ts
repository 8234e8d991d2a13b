import type { ScheduleInForce } from '../src/answers/schedule-in-force.ts';
import { hostsOfChannel } from '../src/command/channel-hosts.ts';
import { type CommandContext, defineCommand } from '../src/command/command.ts';
import { parseDigestSchedule } from '../src/command/parse-digest-schedule.ts';
import { composeDigest } from '../src/inspections/compose-digest.ts';
import { schedulesInForce, scheduleWords } from '../src/inspections/digest-schedules.ts';
import { addDays, localDay } from '../src/inspections/digest-times.ts';
import { nextDigest } from '../src/inspections/next-digests.ts';
import { UserError } from '../src/shared/errors.ts';
import { isoTime } from '../src/shared/time.ts';
import type { DigestNowAnswer } from '../src/views/digest-now.ts';
import type { DigestPreviewAnswer } from '../src/views/digest-preview.ts';
import type { DigestScheduleAnswer } from '../src/views/digest-schedule.ts';

export const digest = defineCommand({
  name: 'digest',
  task: 'act',
  topic: 'reports',
  summary: 'Show when the daily digest comes here, change that, or post it',
  usage: 'digest [now|preview|off|schedule <days> <time> [<time zone>]]',
  examples: [
    'digest',
    'digest preview',
    'digest now',
    'digest schedule weekdays 08:30 Europe/Berlin',
    'digest off',
  ],
  permission: {
    '': 'view',
    now: 'operate',
    preview: 'operate',
    schedule: 'approve',
    off: 'approve',
  },
  privateWords: ['', 'preview'],
  asksEngines: ['now'],
  audit: 'by-store',
  // Seven days, a time and a zone in words of their own, with `in <channel>` at the end.
  words: { minimum: 0, maximum: 16 },
  takesHost: false,
  async run(context, request) {
    const { words, place } = digestPlace(request.words, context.actor.place);
    const [verb, ...rest] = words;
    if (verb === 'schedule') return setSchedule(context, place, rest);
    if (rest.length > 0) {
      throw new UserError(`“digest ${verb}” takes no more words.`, {
        correctedLine: `digest ${verb}${place.lineEnd}`,
      });
    }
    if (verb === 'now') return postNow(context, place);
    if (verb === 'preview') return preview(context, place);
    if (verb === 'off') return switchOff(context, place);
    return show(context, place, null, null);
  },
});

async function findSchedule(
  { digests, channels }: CommandContext,
  { channel }: DigestPlace,
): Promise<ScheduleInForce | undefined> {
  const inForce = schedulesInForce(await digests.listSchedules(), channels);
  return inForce.find((one) => one.channel === channel);
}

async function setSchedule(context: CommandContext, place: DigestPlace, words: readonly string[]) {
  const { digests, actor, now } = context;
  const earlier = await findSchedule(context, place);
  const timezone = earlier?.schedule.timezone ?? 'UTC';
  const schedule = parseDigestSchedule(words, { timezone, lineEnd: place.lineEnd });
  const before = earlier && !earlier.isOff ? earlier.schedule : null;
  const change = { channel: place.channel, schedule, isOff: false };
  await digests.setSchedule(change, { actor, at: now(), before });
  const undo = before ? `digest schedule ${scheduleWords(before)}` : 'digest off';
  return show(context, place, 'set', undo + place.lineEnd);
}

async function switchOff(context: CommandContext, place: DigestPlace) {
  const { digests, actor, now } = context;
  const earlier = await findSchedule(context, place);
  if (earlier === undefined || earlier.isOff) {
    throw new UserError('No digest is scheduled here, so nothing was changed.', {
      correctedLine: `digest schedule weekdays 09:00 UTC${place.lineEnd}`,
    });
  }
  const { channel, schedule } = earlier;
  const by = { actor, at: now(), before: schedule };
  await digests.setSchedule({ channel, schedule, isOff: true }, by);
  const undo = `digest schedule ${scheduleWords(schedule)}${place.lineEnd}`;
  return show(context, place, 'off', undo);
}

async function show(
  context: CommandContext,
  place: DigestPlace,
  change: DigestScheduleAnswer['change'],
  undo: string | null,
): Promise<DigestScheduleAnswer> {
  const inForce = await findSchedule(context, place);
  const { changed = null } = inForce ?? {};
  const isComing = inForce !== undefined && !inForce.isOff;
  const restored =
    inForce && !isComing ? `digest schedule ${scheduleWords(inForce.schedule)}` : null;
  const suggested = isComing
    ? 'digest preview'
    : (restored ?? 'digest schedule weekdays 09:00 UTC');
  const offered = undo ?? suggested + place.lineEnd;
  return {
    kind: 'digest-schedule',
    takenAt: isoTime(context.now()),
    channel: place.channel,
    change,
    schedule: isComing ? inForce.schedule : null,
    origin: inForce?.origin ?? null,
    changed: changed && { by: changed.by, at: isoTime(changed.at) },
    nextRun: inForce ? await nextDigest(context, inForce) : null,
    undo,
    next: [offered, 'status'],
  };
}

async function postNow(context: CommandContext, place: DigestPlace): Promise<DigestNowAnswer> {
  const { digests, actor, now } = context;
  const { channel, lineEnd } = place;
  const earlier = await findSchedule(context, place);
  const timezone = earlier?.schedule.timezone ?? 'UTC';
  const at = now();
  const day = localDay(at, timezone);
  const scheduledBy = earlier && !earlier.isOff ? scheduleWords(earlier.schedule) : null;
  const plan = { channel, day, timezone, dueAt: at, scheduledBy };
  const state = await digests.requestRun(plan, { actor, at });
  const run = (await digests.listRuns(channel, day)).find((one) => one.day === day);
  const { finishedAt = null } = run ?? {};
  return {
    kind: 'digest-now',
    takenAt: isoTime(at),
    channel,
    day,
    timezone,
    state,
    finishedAt: finishedAt === null ? null : isoTime(finishedAt),
    next: [state === 'done' ? `digest preview${lineEnd}` : `digest${lineEnd}`],
  };
}

async function preview(context: CommandContext, place: DigestPlace): Promise<DigestPreviewAnswer> {
  const { digests, now } = context;
  const { channel, lineEnd } = place;
  const timezone = (await findSchedule(context, place))?.schedule.timezone ?? 'UTC';
  const day = localDay(now(), timezone);
  const last = await digests.findLastDone({ channel, day: addDays(day, 1) });
  const since = last?.composedAt ?? last?.finishedAt ?? null;
  const hosts = hostsOfChannel(context, channel) ?? context.hosts;
  const answer = await composeDigest(context, { day, timezone, hosts, pending: [], since });
  return {
    kind: 'digest-preview',
    takenAt: answer.takenAt,
    channel,
    digest: answer,
    next: [`digest now${lineEnd}`, `digest${lineEnd}`],
  };
}

/** The channel that a line about digests is about. */
export interface DigestPlace {
  channel: string;
  /** What a line needs at its end to mean the same channel: ` in C0123456789`, or nothing. */
  lineEnd: string;
}

const TERMINAL = 'terminal';

/**
 * Takes `in <channel id>` off the words. In a channel it may name that channel alone, since permission
 * may hang on it; the terminal has no channel and needs one. Throws `UserError`.
 */
export function digestPlace(
  words: readonly string[],
  askedIn: string,
): { words: readonly string[]; place: DigestPlace } {
  const at = words.findLastIndex((word) => word.toLowerCase() === 'in');
  const named = at < 0 ? undefined : words[at + 1]?.replace(/^#/, '');
  const isNamed = named !== undefined && /^[CGD][A-Z0-9]{2,}$/.test(named);
  const own = isNamed ? words.filter((_word, index) => index !== at && index !== at + 1) : words;
  const line = ['digest', ...own].join(' ');
  if (askedIn !== TERMINAL) {
    if (!isNamed || named === askedIn) {
      return { words: own, place: { channel: askedIn, lineEnd: '' } };
    }
    throw new UserError('A digest is looked after in its own channel.', {
      hint: 'Type the line there.',
      correctedLine: line,
    });
  }
  if (isNamed) return { words: own, place: { channel: named, lineEnd: ` in ${named}` } };
  throw new UserError('A digest belongs to a channel, and the terminal is none.', {
    hint: `Name it by its id: ${line} in C0123456789.`,
  });
}
