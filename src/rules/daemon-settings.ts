import { COMMAND_LINE, commandLine, type Evidence, hostFileRead } from '../snapshot/evidence.ts';
import type { DaemonSettings } from '../snapshot/facts/host-files.ts';
import { type Judgement, unknown } from './rule.ts';

/** A setting by its name in daemon.json, with where it was read. */
export const settingRead = (
  { sources }: DaemonSettings,
  name: string,
  value: Evidence['value'],
): Evidence => (sources[0] === COMMAND_LINE ? commandLine : hostFileRead)(name, value);

/** Says that a setting is not known, which the API does not show; `setting` is its name. */
export function settingUnread(setting: string, reason: string, evidence: Evidence[]): Judgement {
  const where = `${setting} stands in daemon.json and the command line of the engine`;
  return unknown(`${where}, which are not known: ${reason}`, evidence);
}

/** Says that a setting nobody was seen to set may still be set out of sight; null without a gap. */
export function settingGap(
  setting: string,
  { gaps }: DaemonSettings,
  evidence: Evidence[],
): Judgement | null {
  if (gaps.length === 0) return null;
  return unknown(`${setting} may be set where it was not seen: ${gaps.join('; ')}`, evidence);
}
