import type { IntroductionAnswer } from '../answers/host-state.ts';
import type { AlertStore } from '../ports/alert-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ChannelDeclaration, HostDeclaration } from '../ports/declarations.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { isoTime } from '../shared/time.ts';
import { alertsInForce } from './alerts-in-force.ts';
import { hostStates } from './host-states.ts';

export interface IntroductionParts {
  store: ScanStore;
  now: Clock;
  alerts: Pick<AlertStore, 'listSettings'>;
  channels: readonly ChannelDeclaration[];
}

/**
 * Introduces Seawall with what it knows of these hosts, or naming none where they are null, and offers alerts to a
 * channel that has none.
 * Rejects with `OutsideError`.
 */
export async function introduce(
  { store, now, alerts, channels }: IntroductionParts,
  hosts: readonly HostDeclaration[] | null,
  channel: string,
): Promise<IntroductionAnswer> {
  const inForce = alertsInForce(await alerts.listSettings(), channels);
  const hasAlerts = inForce.some((one) => one.channel === channel && !one.isOff);
  return {
    kind: 'introduction',
    takenAt: isoTime(now()),
    hosts: hosts && (await hostStates(hosts, store)),
    next: ['scan', 'findings', hasAlerts ? 'help' : 'alerts on high'],
  };
}
