import type { AlertsInForce } from '../answers/schedule-in-force.ts';
import type { StoredAlertSetting } from '../ports/alert-store.ts';
import type { ChannelDeclaration } from '../ports/declarations.ts';
import { isoTime } from '../shared/time.ts';
import { saidBeforeSettings } from './said-before-settings.ts';

/** Messages in an hour for a channel of which the settings say nothing. */
const PER_HOUR = 20;

/** Alerts of all channels: what was said by command comes before the settings. */
export function alertsInForce(
  stored: readonly StoredAlertSetting[],
  channels: readonly ChannelDeclaration[],
): AlertsInForce[] {
  const perHourOf = (channel: string) =>
    channels.find(({ id }) => id === channel)?.alerts?.perHour ?? PER_HOUR;
  const said = stored.map(
    ({ channel, severity, host, isOff, changedBy, changedAt }): AlertsInForce => ({
      ...{ channel, severity, host, isOff, perHour: perHourOf(channel) },
      origin: 'command',
      changed: { by: changedBy, at: isoTime(changedAt) },
    }),
  );
  return saidBeforeSettings(said, channels, ({ id, alerts }) =>
    alerts
      ? { channel: id, ...alerts, host: null, isOff: false, origin: 'settings', changed: null }
      : null,
  );
}
