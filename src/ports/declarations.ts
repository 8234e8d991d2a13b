import type { Severity } from '../rules/rule.ts';
import type { EngineEndpoint } from '../snapshot/collector.ts';
import type { EvidenceLevel } from '../snapshot/define-collector.ts';
import type { DigestSchedule } from './digest-store.ts';

export interface HostDeclaration {
  name: string;
  endpoint: EngineEndpoint;
  isDefault: boolean;
  labels: Readonly<Record<string, string>>;
  evidence: EvidenceLevel;
  /** How much of images is read; packages of their systems when not given. */
  inventory?: 'os' | 'full' | undefined;
  /** True for one that only the store knows: the settings no longer declare it, none can read it. */
  isRetired?: boolean;
}

/** A channel of the settings file. */
export interface ChannelDeclaration {
  id: string;
  /** Names of its hosts; null: every host. */
  hosts: readonly string[] | null;
  digest: DigestSchedule | null;
  /** Null, or left out: the settings name none. */
  alerts?: { severity: Severity; perHour: number } | null | undefined;
}
