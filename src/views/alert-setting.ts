import type { AnswerBase } from '../answers/answer-base.ts';
import type { AlertsInForce } from '../answers/schedule-in-force.ts';
import { code, heading, note, paragraph, place, strong, type View } from './document.ts';

/** What a channel is told at once, also after it was changed. */
export interface AlertSettingAnswer extends AnswerBase {
  kind: 'alert-setting';
  channel: string;
  /** What was just done; null when it was only asked. */
  change: 'on' | 'off' | null;
  /** Null where nobody ever said anything. */
  inForce: AlertsInForce | null;
  /** The line that brings back what held before a change; null when nothing was changed. */
  undo: string | null;
}

export const alertSetting: View<AlertSettingAnswer> = ({ channel, inForce, undo }) => {
  const isOn = inForce !== null && !inForce.isOff;
  const title = isOn ? 'Alerts are on' : 'Alerts are off';
  const where = inForce?.host ? `on ${inForce.host}` : 'on every host of this channel';
  const worse = inForce?.severity === 'critical' ? '' : ' and worse';
  const least = isOn ? `${inForce.severity}${worse}` : 'nothing new';
  const what = isOn
    ? `${where}, at most ${inForce.perHour} messages an hour`
    : 'messages that were sent stay up to date';
  return {
    headline: `${title}: ${least}, ${what}`,
    summary: [
      heading(title),
      paragraph('Told in ', place(channel), ': ', strong(least), `, ${what}.`),
      undo !== null && paragraph('Take it back with ', code(undo), '.'),
      ...originParts(inForce),
    ],
  };
};

function originParts(inForce: AlertsInForce | null) {
  if (inForce === null) return [note('No alerts are set for this channel yet.')];
  const { origin, changed } = inForce;
  if (origin === 'settings' || changed === null) return [note('From the settings file.')];
  return [note(`Said here by ${changed.by} on ${changed.at.slice(0, 10)}.`)];
}
