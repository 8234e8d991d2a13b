import { type ChannelPlace, channelPlace } from '../src/command/channel-place.ts';
import { type CommandContext, type CommandRequest, defineCommand } from '../src/command/command.ts';
import { alertsInForce } from '../src/inspections/alerts-in-force.ts';
import { type Severity, severities } from '../src/rules/rule.ts';
import { UserError } from '../src/shared/errors.ts';
import { nearest } from '../src/shared/nearest.ts';
import { quoteWord } from '../src/shared/text.ts';
import { isoTime } from '../src/shared/time.ts';
import type { AlertSettingAnswer } from '../src/views/alert-setting.ts';

export const alerts = defineCommand({
  name: 'alerts',
  task: 'act',
  summary: 'Say what this channel is told at once, or change that',
  note: 'One alert is acknowledged, assigned, snoozed, and all of that taken back, by the buttons below its message.',
  usage: 'alerts [status|off|on [low|medium|high|critical] [on <host>|<label>]]',
  examples: ['alerts', 'alerts on high', 'alerts on critical on web-1', 'alerts off'],
  permission: { '': 'view', status: 'view', on: 'approve', off: 'approve' },
  privateWords: ['', 'status'],
  audit: 'by-store',
  // With `in <channel>` at the end.
  words: { minimum: 0, maximum: 4 },
  takesHost: true,
  takesChannel: true,
  async run(context, request) {
    const { words, place } = channelPlace('alerts', request.words, context.actor.place);
    const [verb = 'status', ...rest] = words;
    if (verb === 'on') return switchOn(context, place, { request, rest });
    if (rest.length > 0) {
      throw new UserError(`“alerts ${verb}” takes no more words.`, {
        correctedLine: `alerts ${verb}${place.lineEnd}`,
      });
    }
    return verb === 'off' ? switchOff(context, place) : show(context, place, null, null);
  },
});

const SUGGESTED: Severity = 'high';

async function findInForce({ alerts: store, channels }: CommandContext, channel: string) {
  const all = alertsInForce(await store.listSettings(), channels);
  return all.find((one) => one.channel === channel);
}

async function switchOn(
  context: CommandContext,
  place: ChannelPlace,
  { request, rest }: { request: CommandRequest; rest: readonly string[] },
): Promise<AlertSettingAnswer> {
  const { actor, now } = context;
  const severity = readSeverity(context, rest, place);
  const host = request.isHostNamed && !request.isEveryHost ? saidHosts(request) : null;
  const earlier = await findInForce(context, place.channel);
  const before = earlier && !earlier.isOff ? earlier : null;
  const setting = { channel: place.channel, severity, host, isOff: false };
  await context.alerts.setSetting(setting, {
    ...{ actor, at: now() },
    before: before && { severity: before.severity, host: before.host },
  });
  const undo = before === null ? 'alerts off' : lineOf(before);
  // What held before holds on: there is nothing to take back.
  return show(context, place, 'on', undo === lineOf(setting) ? null : undo + place.lineEnd);
}

/** A label stays a label, also where it means one host today: others may get it. A host has the spelling of the settings. */
function saidHosts({ hosts: [first], hostText }: CommandRequest): string | null {
  const name = first?.name ?? null;
  return hostText === undefined || hostText.toLowerCase() === name?.toLowerCase() ? name : hostText;
}

function readSeverity(
  { hosts }: CommandContext,
  [word, surplus]: readonly string[],
  { lineEnd }: ChannelPlace,
): Severity {
  if (word === undefined) return SUGGESTED;
  const severity = severities.find((one) => one === word.toLowerCase());
  if (severity !== undefined && surplus === undefined) return severity;
  const isHost = hosts.some(({ name }) => name.toLowerCase() === word.toLowerCase());
  const near = severity ?? nearest(word.toLowerCase(), severities) ?? SUGGESTED;
  throw new UserError(
    isHost ? `“${word}” is a host, which stands behind “on”.` : `“${word}” is no severity.`,
    {
      hint: `It is one of ${severities.join(', ')}.`,
      correctedLine: `alerts on ${near}${isHost ? ` on ${quoteWord(word)}` : ''}${lineEnd}`,
    },
  );
}

async function switchOff(
  context: CommandContext,
  place: ChannelPlace,
): Promise<AlertSettingAnswer> {
  const { actor, now } = context;
  const earlier = await findInForce(context, place.channel);
  if (earlier === undefined || earlier.isOff) {
    throw new UserError('No alerts are told here, so nothing was changed.', {
      correctedLine: `alerts on ${SUGGESTED}${place.lineEnd}`,
    });
  }
  const { channel, severity, host } = earlier;
  const by = { actor, at: now(), before: { severity, host } };
  await context.alerts.setSetting({ channel, severity, host, isOff: true }, by);
  return show(context, place, 'off', lineOf(earlier) + place.lineEnd);
}

/** The line that says what holds. */
const lineOf = ({ severity, host }: { severity: Severity; host: string | null }): string =>
  `alerts on ${severity}${host === null ? '' : ` on ${host}`}`;

async function show(
  context: CommandContext,
  { channel, lineEnd }: ChannelPlace,
  change: AlertSettingAnswer['change'],
  undo: string | null,
): Promise<AlertSettingAnswer> {
  const inForce = (await findInForce(context, channel)) ?? null;
  const isOn = inForce !== null && !inForce.isOff;
  const suggested = isOn ? 'alerts off' : inForce ? lineOf(inForce) : `alerts on ${SUGGESTED}`;
  return {
    kind: 'alert-setting',
    takenAt: isoTime(context.now()),
    ...{ channel, change, inForce, undo },
    next: [undo ?? suggested + lineEnd, 'findings'],
  };
}
