import type { AlertStore, StoredAlertSetting } from '../ports/alert-store.ts';
import { writeAudit } from './audit-rows.ts';
import type { Db } from './schema.ts';

/** What channels said of their alerts, in order of the channel. */
export async function listSettings(db: Db): Promise<StoredAlertSetting[]> {
  const rows = await db.selectFrom('alert_setting').selectAll().orderBy('channel').execute();
  return rows.map(({ channel, severity, host, is_off, changed_at, changed_by }) => ({
    ...{ channel, severity, host, isOff: is_off === 1 },
    ...{ changedBy: changed_by, changedAt: changed_at },
  }));
}

/** Says what a channel is told from now on, and who said it. */
export async function setSetting(
  db: Db,
  ...[setting, { actor, at, before }]: Parameters<AlertStore['setSetting']>
): Promise<void> {
  const { channel, severity, host, isOff } = setting;
  const columns = {
    ...{ severity, host, is_off: isOff ? 1 : 0 },
    ...{ changed_at: at, changed_by: actor.name },
  };
  await db
    .insertInto('alert_setting')
    .values({ channel, ...columns })
    .onConflict((conflict) => conflict.column('channel').doUpdateSet(columns))
    .execute();
  await writeAudit(db, {
    ...{ at, actor, verb: isOff ? 'alerts off' : 'alerts on', what: `alerts of ${channel}` },
    ...{ before, after: isOff ? null : { severity, host } },
  });
}
