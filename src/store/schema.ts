import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { Control } from '../controls/control.ts';
import type { Isolation } from '../controls/isolation.ts';
import type { ImageDeclaration } from '../drift/image-declaration.ts';
import type { BindingPart } from '../findings/result.ts';
import type { ReachFacts } from '../paths/reach-facts.ts';
import type { Intent } from '../ports/intent.ts';
import type { StoredSurface } from '../ports/inventory.ts';
import type { OutboxAction, OutboxMessage, OutboxState } from '../ports/outbox.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { SubjectKind } from '../rules/rule.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import type { AdvisoryTables } from './advisory-tables.ts';
import type { AlertTables } from './alert-tables.ts';
import type { BaselineTable } from './baseline-table.ts';
import type { DecisionColumns } from './decision-columns.ts';
import type { DeliveryTable } from './delivery-table.ts';
import type { ExposedTables } from './exposed-tables.ts';
import type { InventoryTables } from './inventory-tables.ts';
import type {
  ContainerEventTable,
  GlimpseTable,
  OwnProbeTable,
  WatchBlindTable,
  WatchTable,
} from './watch-schema.ts';

// Rows as the migrations made them. Times are epoch milliseconds, `is_…` columns 0 or 1.

export interface HostTable {
  id: GeneratedAlways<number>;
  name: string;
  engine_id: string | null;
}

/** Open findings by severity. */
export interface OpenCounts {
  open_low: number;
  open_medium: number;
  open_high: number;
  open_critical: number;
}

export interface ScanTable extends OpenCounts {
  id: GeneratedAlways<number>;
  uid: string;
  host_id: number;
  started_at: number;
  finished_at: number;
  seen_at: number;
  is_good: number;
  engine_id: string | null;
  engine_version: string | null;
  api_version: string | null;
  answered: number;
  unknown: number;
  not_applicable: number;
  total: number;
  unread_sections_json: JSONColumnType<UnreadSection[]>;
  /** Null: as in the host's scan before. */
  posture_json: JSONColumnType<HostPosture> | null;
}

export interface HostSummaryTable extends OpenCounts {
  host_id: number;
  last_scan_id: number;
  last_good_scan_id: number | null;
}

export interface FindingTable {
  id: GeneratedAlways<number>;
  host_id: number;
  fingerprint: string;
  rule_id: string;
  severity: number;
  subject_kind: SubjectKind;
  subject_key: string;
  message: string;
  subjects_json: JSONColumnType<string[]>;
  evidence_json: JSONColumnType<Evidence[]>;
  first_seen: number;
  opened_at: number;
  changed_at: number | null;
  last_seen: number | null;
  closed_at: number | null;
  is_superseded: Generated<number>;
}

export interface ContainerTable {
  id: GeneratedAlways<number>;
  host_id: number;
  container_id: string;
  name: string;
  image_id: string;
  state: string;
  facts_json: JSONColumnType<ContainerFacts>;
  facets_json: JSONColumnType<string[]>;
  unverified_facets_json: JSONColumnType<string[]>;
  /** Null: of a version that looked at no controls. */
  controls_json: JSONColumnType<Control[]> | null;
  isolation_json: JSONColumnType<Isolation> | null;
  /** What it had installed while the row was open. */
  inventory_id: number | null;
  /** As last seen: what changes by itself, as the number of processes, opens no row. */
  surface_json: JSONColumnType<StoredSurface> | null;
  /** Null: of a version that did not look, or the image was unread. */
  image_json: JSONColumnType<ImageDeclaration> | null;
  content_hash: string;
  first_seen: number;
  opened_at: number;
  last_seen: number | null;
  closed_at: number | null;
  is_gone: Generated<number>;
}

export interface UndecidedTable {
  id: GeneratedAlways<number>;
  host_id: number;
  rule_id: string;
  subject_kind: SubjectKind;
  subject_key: string | null;
  reason: string;
  first_seen: number;
  closed_at: number | null;
}

export interface AcceptanceTable extends DecisionColumns {
  host_id: number;
  fingerprint: string;
  rule_id: string;
  severity: number;
  subject_kind: SubjectKind;
  subject_key: string;
  binding_json: JSONColumnType<BindingPart[]>;
}

export interface AttestationTable extends DecisionColumns {
  rule_id: string;
  scope: string;
}

export interface AuditTable {
  id: GeneratedAlways<number>;
  at: number;
  who: string;
  place: string;
  verb: string;
  outcome: 'done' | 'refused';
  what: string;
  before_json: ColumnType<object | null, string | null>;
  after_json: ColumnType<object | null, string | null>;
}

export interface DigestScheduleTable {
  id: GeneratedAlways<number>;
  channel: string;
  at: string;
  timezone: string;
  days: string;
  is_off: number;
  changed_at: number;
  changed_by: string;
}

export interface DigestRunTable {
  id: GeneratedAlways<number>;
  channel: string;
  local_day: string;
  timezone: string;
  state: 'running' | 'done' | 'missed';
  is_manual: number;
  scheduled_by: string | null;
  due_at: number;
  lease_owner: string | null;
  lease_token: Generated<number>;
  lease_until: number;
  attempts: number;
  started_at: number | null;
  composed_at: number | null;
  finished_at: number | null;
}

/** In an object, because of JSON columns only objects come back parsed. */
export interface ImageFilesTable {
  host_id: number;
  images_json: JSONColumnType<{ images: ImageSetUid[] }>;
}

export interface ReachFactsTable {
  host_id: number;
  facts_json: JSONColumnType<ReachFacts>;
}

/** Channels that were told what Seawall is. */
export interface IntroductionTable {
  channel: string;
  at: number;
}

/** At most one row, whose id is 1. */
export interface SlackLossTable {
  id: number;
  at: number;
  reason: string;
}

export interface OutboxTable {
  id: GeneratedAlways<number>;
  key: string;
  channel: string;
  action_json: JSONColumnType<OutboxAction>;
  what: OutboxMessage['what'];
  /** In an object, because of JSON columns only objects come back parsed. Null once it was sent. */
  payload_json: ColumnType<{ payload: unknown } | null, string, string | null>;
  due_at: number;
  put_at: number;
  revision: Generated<number>;
  state: Generated<OutboxState['state']>;
  attempts: Generated<number>;
  unsure_since: number | null;
  ts: string | null;
  last_error: string | null;
  dead_by: 'channel' | 'message' | 'withdrawn' | null;
}

export interface OutboxChannelTable {
  channel: string;
  lease_owner: string | null;
  lease_token: Generated<number>;
  lease_until: Generated<number>;
  not_before: Generated<number>;
  puts: Generated<number>;
  dead_since: number | null;
  dead_reason: string | null;
  dead_tried_at: number | null;
  reported_at: number | null;
}

export interface ActionTokenTable {
  token: string;
  intent_json: JSONColumnType<Intent>;
  channel: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  used_by: string | null;
}

export interface Tables extends AdvisoryTables, AlertTables, ExposedTables, InventoryTables {
  host: HostTable;
  scan: ScanTable;
  host_summary: HostSummaryTable;
  finding: FindingTable;
  container: ContainerTable;
  undecided: UndecidedTable;
  acceptance: AcceptanceTable;
  attestation: AttestationTable;
  baseline: BaselineTable;
  audit: AuditTable;
  image_files: ImageFilesTable;
  reach_facts: ReachFactsTable;
  digest_schedule: DigestScheduleTable;
  digest_run: DigestRunTable;
  delivery: DeliveryTable;
  introduction: IntroductionTable;
  slack_loss: SlackLossTable;
  outbox: OutboxTable;
  outbox_channel: OutboxChannelTable;
  action_token: ActionTokenTable;
  watch: WatchTable;
  watch_blind: WatchBlindTable;
  glimpse: GlimpseTable;
  own_probe: OwnProbeTable;
  container_event: ContainerEventTable;
}
