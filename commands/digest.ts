import type { ScheduleInForce } from '../src/answers/schedule-in-force.ts';
import { type ChannelPlace, channelPlace } from '../src/command/channel-place.ts';
import { type CommandContext, defineCommand } from '../src/command/command.ts';
import { hostsOfChannel } from '../src/command/hosts-meant.ts';
import { parseDigestSchedule } from '../src/command/parse-digest-schedule.ts';
import { composeDigest } from '../src/inspections/compose-digest.ts';
import {
  nextDigest,
  schedulesInForce,
  scheduleWords,
} from '../src/inspections/digest-schedules.ts';
import { addDays, localDay } from '../src/inspections/digest-times.ts';
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
  takesChannel: true,
  async run(context, request) {
    const { words, place } = channelPlace('digest', request.words, context.actor.place);
    const [verb, ...rest] = words;
    if (verb === 'schedule') return setSchedule(context, place, rest);
    if (rest.length > 0) {
      throw new UserError(`“digest ${verb}” takes no more words.`, {
        correctedLine: `digest ${verb}${place.lineEnd}`,
      });
    }
    if (verb === 'now') return postNow(context, place);
    if (verb === 'preview') return preview(context, place, request.paging !== undefined);
    if (verb === 'off') return switchOff(context, place);
    return show(context, place, null, null);
  },
});

async function findSchedule(
  { digests, channels }: CommandContext,
  { channel }: ChannelPlace,
): Promise<ScheduleInForce | undefined> {
  const inForce = schedulesInForce(await digests.listSchedules(), channels);
  return inForce.find((one) => one.channel === channel);
}

async function setSchedule(context: CommandContext, place: ChannelPlace, words: readonly string[]) {
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

async function switchOff(context: CommandContext, place: ChannelPlace) {
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
  place: ChannelPlace,
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

async function postNow(context: CommandContext, place: ChannelPlace): Promise<DigestNowAnswer> {
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

async function preview(
  context: CommandContext,
  place: ChannelPlace,
  isBrief: boolean,
): Promise<DigestPreviewAnswer> {
  const { digests, now } = context;
  const { channel, lineEnd } = place;
  const timezone = (await findSchedule(context, place))?.schedule.timezone ?? 'UTC';
  const day = localDay(now(), timezone);
  const last = await digests.findLastDone({ channel, day: addDays(day, 1) });
  const since = last?.composedAt ?? last?.finishedAt ?? null;
  const hosts = hostsOfChannel(context, channel) ?? context.hosts;
  const answer = await composeDigest(context, {
    ...{ day, timezone, hosts, pending: [], since, isBrief },
  });
  return {
    kind: 'digest-preview',
    takenAt: answer.takenAt,
    channel,
    digest: answer,
    next: [`digest now${lineEnd}`, `digest${lineEnd}`],
  };
}
