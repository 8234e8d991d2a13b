import type { AlertStore } from '../ports/alert-store.ts';
import type { ChannelDeclaration } from '../ports/declarations.ts';
import type { DigestStore } from '../ports/digest-store.ts';
import { alertsInForce } from './alerts-in-force.ts';
import { schedulesInForce, scheduleWords } from './digest-schedules.ts';

interface ChannelParts {
  digests: Pick<DigestStore, 'listSchedules'>;
  alerts: Pick<AlertStore, 'listSettings'>;
  channels: readonly ChannelDeclaration[];
}

/**
 * What each channel gets now, in words: by the settings, or by what was said in chat since. Rejects with `OutsideError`
 * when the store fails.
 */
export async function channelsInForce({
  digests,
  alerts,
  channels,
}: ChannelParts): Promise<{ what: string; value: string }[]> {
  const schedules = schedulesInForce(await digests.listSchedules(), channels);
  const told = alertsInForce(await alerts.listSettings(), channels);
  const ids = [...channels, ...schedules.map(toId), ...told.map(toId)].map(({ id }) => id);
  return [...new Set(ids)].map((id) => {
    const hosts = channels.find((one) => one.id === id)?.hosts ?? null;
    const digest = schedules.find(({ channel, isOff }) => channel === id && !isOff);
    const alert = told.find(({ channel, isOff }) => channel === id && !isOff);
    const parts = [
      `hosts: ${hosts?.join(', ') ?? 'all'}`,
      digest === undefined ? 'no digest' : `digest ${scheduleWords(digest.schedule)}`,
      alert === undefined
        ? 'no alerts'
        : `alerts from ${alert.severity}${alert.host === null ? '' : ` on ${alert.host}`}`,
    ];
    return { what: `Channel ${id}`, value: parts.join('; ') };
  });
}

const toId = ({ channel }: { channel: string }) => ({ id: channel });
