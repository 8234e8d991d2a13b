import type { Severity } from '../rules/rule.ts';

/** What a channel is told at once. */
export interface AlertsInForce {
  channel: string;
  /** Least severity; that of before where they are off. */
  severity: Severity;
  /** The only host that is told of; null: every host of the channel. */
  host: string | null;
  isOff: boolean;
  /** Messages in an hour at most. */
  perHour: number;
  origin: 'command' | 'settings';
  /** Who said it by command, and when (ISO); null when the settings say it. */
  changed: { by: string; at: string } | null;
}
