import { type RawBuilder, sql } from 'kysely';
import { DAY_MS, HOUR_MS } from '../shared/time.ts';
import { exportAudit } from './export-audit.ts';
import type { Tables } from './schema.ts';
import type { Trim, TrimTimes } from './trim.ts';
import { trimAlerts } from './trim-alerts.ts';
import { trimInventories } from './trim-inventories.ts';
import { trimScans } from './trim-scans.ts';
import { dropSharedDocuments } from './trim-tokens.ts';

/** Until when the rows of a table are kept. */
export interface Life {
  /** A clause for the page of the database. */
  until: string;
  why: string;
  /** In this order; empty where the number of rows is bounded, or another table's trim takes them along. */
  trims: readonly Trim[];
}

/** How long what was sent or refused is remembered. Revived are seven days of it, repeated is less. */
const OUTBOX_DAYS = 30;
/** Counted from when a button stopped to work, so that a click is told why nothing happens. */
const TOKEN_DAYS = 30;
const INTRODUCTION_DAYS = 30;

/** Removes rows of a table for which a condition holds, found by a column of its key. */
const remove =
  (
    table: keyof Tables,
    condition: (times: TrimTimes) => RawBuilder<boolean>,
    key: 'id' | 'key' | 'token' | 'channel' | 'container_id' = 'id',
  ): Trim =>
  async (db, times, rows) => {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where ${sql.ref(key)} in (
        select ${sql.ref(key)} from ${sql.table(table)} where ${condition(times)} limit ${rows})`.execute(
      db,
    );
    return Number(numAffectedRows ?? 0);
  };

/** As long as a vulnerability may come again it is remembered who was told of it. */
const forgetTold: Trim = async (db, { history }, rows) => {
  const { numAffectedRows } = await sql`
    delete from exposed_told where (channel, vulnerability, event) in (
      select channel, vulnerability, event from exposed_told where at < ${history}
      and not exists (select 1 from exposed where vulnerability = exposed_told.vulnerability)
      limit ${rows})`.execute(db);
  return Number(numAffectedRows ?? 0);
};

/** The host stands first in the index of the time. */
const ofAnyHost = sql`host_id in (select id from host)`;

const bounded = (until: string, why: string): Life => ({ until, why, trims: [] });
const HISTORY = '`history.keepDays` after';

/**
 * The life of every table, declared once: what removes its rows, and the page that says so. A table that
 * is not here does not compile; one of the database that is not here fails a test.
 */
export const lives = {
  host: bounded('the end of the database', 'one row for each host that was ever scanned'),
  host_summary: bounded('the end of the database', 'one row for each host: its newest scan'),
  watch: bounded('the end of the database', 'one row for each host: who listens to it'),
  image_files: bounded('the next scan', 'one row for each host: what its images hold'),
  reach_facts: bounded('the next scan', 'one row for each host: what its containers reach'),
  scan: {
    until: `${HISTORY} it; the newest, and those that the rest of history leans on, stay`,
    why: 'grades and blind times of the past',
    trims: [trimScans],
  },
  finding: {
    until: `${HISTORY} it was closed`,
    why: 'what was found, and when',
    trims: [remove('finding', ({ history }) => sql`${ofAnyHost} and closed_at < ${history}`)],
  },
  undecided: {
    until: `${HISTORY} it was decided`,
    why: 'what could not be judged, and why',
    trims: [
      remove(
        'undecided',
        ({ history }) => sql`${ofAnyHost} and first_seen < ${history} and closed_at < ${history}`,
      ),
    ],
  },
  container: {
    until: `${HISTORY} it was gone or was followed by another state`,
    why: 'what ran, and how',
    trims: [remove('container', ({ history }) => sql`${ofAnyHost} and closed_at < ${history}`)],
  },
  container_event: {
    until: `${HISTORY} it`,
    why: 'what happened to containers',
    trims: [remove('container_event', ({ history }) => sql`${ofAnyHost} and at < ${history}`)],
  },
  glimpse: {
    until: `${HISTORY} its container was gone`,
    why: 'containers that nobody could look at in time',
    trims: [remove('glimpse', ({ history }) => sql`removed_at < ${history}`)],
  },
  watch_blind: {
    until: `${HISTORY} its end`,
    why: 'times in which nobody listened',
    trims: [remove('watch_blind', ({ history }) => sql`${ofAnyHost} and to_at < ${history}`)],
  },
  own_probe: {
    until: `${HISTORY} it`,
    why: 'probes of Seawall, which are counted',
    trims: [remove('own_probe', ({ history }) => sql`seen_at < ${history}`, 'container_id')],
  },
  engine_defaults: {
    until: `${HISTORY} it; the newest of each host stays`,
    why: 'changes of the security defaults of an engine',
    trims: [
      remove(
        'engine_defaults',
        ({ history }) =>
          sql`at < ${history} and id not in (select max(id) from engine_defaults group by host_id)`,
      ),
    ],
  },
  inventory: {
    until: `${HISTORY} it was last seen, and no container is left that had it`,
    why: 'what was installed',
    trims: [trimInventories],
  },
  inventory_package: {
    until: 'its inventory is removed',
    why: 'which package is in which inventory',
    trims: [],
  },
  package: {
    until: 'the last inventory with it is removed',
    why: 'a package that many have stands there once',
    trims: [],
  },
  feed: bounded(
    'the end of the database',
    'one row for each feed of advisories that was ever taken',
  ),
  advisory: {
    until: 'its feed is taken again',
    why: 'what is known of vulnerabilities',
    trims: [],
  },
  advisory_name: {
    until: 'its advisory is removed',
    why: 'every id that a vulnerability is known by',
    trims: [],
  },
  known_exploited: { until: 'its feed is taken again', why: 'what is exploited', trims: [] },
  exploit_prediction: {
    until: 'its feed is taken again',
    why: 'what will be exploited',
    trims: [],
  },
  exposed: {
    until: `${HISTORY} a match found it no more`,
    why: 'which vulnerability affects which package here, and since when',
    trims: [remove('exposed', ({ history }) => sql`closed_at < ${history}`)],
  },
  exposed_match: bounded('the end of the database', 'one row: the match that answers'),
  exposed_channel: bounded(
    'the end of the database',
    'one row for each channel: how far it was told of vulnerabilities',
  ),
  exposed_told: {
    until: `${HISTORY} it, and nothing of the vulnerability is left`,
    why: 'a channel is told of a vulnerability once',
    trims: [forgetTold],
  },
  exposed_acceptance: {
    until: `${HISTORY} its end`,
    why: 'who took which risk; the audit keeps it',
    trims: [
      remove('exposed_acceptance', ({ history }) => sql`coalesce(ended_at, until_at) < ${history}`),
    ],
  },
  acceptance: {
    until: `${HISTORY} its end`,
    why: 'who took which risk; the audit keeps it',
    trims: [remove('acceptance', ({ history }) => sql`coalesce(ended_at, until_at) < ${history}`)],
  },
  attestation: {
    until: `${HISTORY} its end`,
    why: 'what people answered; the audit keeps it',
    trims: [remove('attestation', ({ history }) => sql`coalesce(ended_at, until_at) < ${history}`)],
  },
  baseline: {
    until: `${HISTORY} its end`,
    why: 'how containers should look; the audit keeps it',
    trims: [remove('baseline', ({ history }) => sql`ended_at < ${history}`)],
  },
  audit: {
    until: '`history.auditKeepDays`, and then in the file `history.auditFile`',
    why: 'who asked and changed what; a row is removed once it is in the file',
    trims: [exportAudit],
  },
  digest_schedule: bounded('somebody sets another', 'one row for each channel'),
  digest_run: {
    until: `${HISTORY} its day`,
    why: 'a digest is posted once for each channel and day',
    trims: [remove('digest_run', ({ history }) => sql`due_at < ${history} and state <> 'running'`)],
  },
  outbox: {
    until: `${OUTBOX_DAYS} days after it was put and sent or refused, those of an alert as long as it; what it said is dropped as Slack takes it`,
    why: 'nothing owed is lost, and nothing is sent twice',
    trims: [
      remove(
        'outbox',
        ({ now }) =>
          sql`state <> 'pending' and what <> 'alert' and put_at < ${now - OUTBOX_DAYS * DAY_MS}
            and channel not in (select channel from outbox where state = 'pending')`,
      ),
    ],
  },
  outbox_channel: {
    until: 'it has no message in the outbox',
    why: 'who sends to a channel, and whether it refuses',
    trims: [
      remove(
        'outbox_channel',
        ({ now }) =>
          sql`dead_since is null and lease_until < ${now} and not_before < ${now}
            and not exists (select 1 from outbox where outbox.channel = outbox_channel.channel)`,
        'channel',
      ),
    ],
  },
  action_token: {
    until: `${TOKEN_DAYS} days after it stopped to work; what it would share is dropped at once`,
    why: 'what a button stands for',
    trims: [
      dropSharedDocuments,
      remove('action_token', ({ now }) => sql`expires_at < ${now - TOKEN_DAYS * DAY_MS}`, 'token'),
    ],
  },
  delivery: {
    until: 'a day; what it said is dropped once it is answered or given up',
    why: 'what Slack delivers is answered once, whichever process ends',
    trims: [remove('delivery', ({ now }) => sql`seen_at < ${now - DAY_MS}`, 'key')],
  },
  introduction: {
    until: `${INTRODUCTION_DAYS} days`,
    why: 'a channel is told once what Seawall is',
    trims: [
      remove('introduction', ({ now }) => sql`at < ${now - INTRODUCTION_DAYS * DAY_MS}`, 'channel'),
    ],
  },
  slack_loss: bounded('Slack takes the app again', 'one row at most'),
  alert: {
    until: `${HISTORY} it ended`,
    why: 'one trouble in one channel; an open one stays',
    trims: [trimAlerts],
  },
  alert_post: {
    until: 'an hour',
    why: 'a channel gets no more messages in an hour than its settings allow',
    trims: [remove('alert_post', ({ now }) => sql`at < ${now - HOUR_MS}`)],
  },
  alert_cursor: bounded('the end of the database', 'one row for each channel and host'),
  kysely_migration: bounded('the end of the database', 'one row for each migration'),
  kysely_migration_lock: bounded('the end of the database', 'one row'),
} as const satisfies Record<keyof Tables | 'kysely_migration' | 'kysely_migration_lock', Life>;
