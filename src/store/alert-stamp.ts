import { sql } from 'kysely';
import type { AlertStamps } from '../ports/alert-store.ts';
import type { Db } from './schema.ts';

/** See `AlertStore.stamps`: a row for each host, each part of it from an index or a small table. */
export async function readStamps(db: Db, at: number): Promise<AlertStamps> {
  const hosts = await sql<{ name: string; blind_id: number | null; is_unread: number }>`
    select host.name, host_summary.last_scan_id, watch.mark_nano, watch.mark_id, watch.mark_action,
      (select max(at) from container_event where host_id = host.id) as event_at,
      defaults.newest as defaults_id, watch_blind.id as blind_id,
      case when last_scan_id = last_good_scan_id or last_scan_id is null then 0 else 1 end as is_unread,
      decided.newest, decided.held
    from host
    left join host_summary on host_summary.host_id = host.id
    left join watch on watch.host_id = host.id
    left join watch_blind on watch_blind.host_id = host.id and watch_blind.to_at is null
    left join (select host_id, max(id) as newest from engine_defaults group by host_id) defaults
      on defaults.host_id = host.id
    left join (
      select host_id, max(id) as newest,
        sum(case when ended_at is null and until_at > ${at} then 1 else 0 end) as held
      from acceptance group by host_id
    ) decided on decided.host_id = host.id`.execute(db);
  const ofAll = await sql<{ stale: number }>`
    select (select count(*) from alert where is_stale = 1) as stale,
      (select max(changed_at) from alert_setting) as changed_at,
      (select count(*) from alert where resolved_at is null and snoozed_until > ${at}) as snoozed`.execute(
    db,
  );
  const { stale = 0, ...rest } = ofAll.rows[0] ?? {};
  return {
    hosts: new Map(hosts.rows.map(({ name, ...parts }) => [name, JSON.stringify(parts)])),
    away: new Set(
      hosts.rows.flatMap(({ name, blind_id, is_unread }) =>
        blind_id !== null || Number(is_unread) === 1 ? name : [],
      ),
    ),
    everywhere: JSON.stringify(rest),
    isOwed: Number(stale) > 0,
  };
}
