import type { Reading } from '../shared/reading.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { DaemonSettings, HostFilesFacts } from '../snapshot/facts/host-files.ts';
import { ownSettings } from '../snapshot/own-settings.ts';
import type { Judgement } from './rule.ts';

/**
 * What daemon.json and the command line say of some settings, by their names in daemon.json; unread
 * where the host files are, and where nothing shows that they are those of the engine that answers.
 */
export const settingsOf = (
  hostFiles: Reading<HostFilesFacts>,
  ...names: readonly string[]
): Reading<DaemonSettings> =>
  hostFiles.state === 'read' ? ownSettings(hostFiles.value.settings, names) : hostFiles;

/** Says that a setting is not known, which the API does not show; `setting` is its name. */
export function settingUnread(setting: string, reason: string, evidence: Evidence[]): Judgement {
  const where = `${setting} stands in daemon.json and the command line of the engine`;
  return { verdict: 'unknown', reason: `${where}, which are not known: ${reason}`, evidence };
}

/** Says that a setting nobody was seen to set may still be set out of sight; null without a gap. */
export function settingGap(
  setting: string,
  { gaps }: DaemonSettings,
  evidence: Evidence[],
): Judgement | null {
  if (gaps.length === 0) return null;
  const reason = `${setting} may be set where it was not seen: ${gaps.join('; ')}`;
  return { verdict: 'unknown', reason, evidence };
}
