import { type JoinBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';

// What is joined alike in many statements, by the table that it is joined to.

/** Tables whose rows came with a feed, under a generation of it. */
type OfFeed = 'advisory' | 'exploit_prediction' | 'known_exploited' | 'vex_statement';

const isAnswering = (table: OfFeed) =>
  sql<SqlBool>`feed.id = ${sql.ref(`${table}.feed_id`)} and feed.generation = ${sql.ref(`${table}.generation`)}`;

/** Joins the feed of rows, which leaves those of the generation that answers. */
export const answeringFeed =
  (table: OfFeed) =>
  <DB, TB extends keyof DB>(join: JoinBuilder<DB, TB>): JoinBuilder<DB, TB> =>
    join.on(isAnswering(table));

/** That a row is of the generation of its feed that answers. */
export const isOfAnsweringFeed = (table: OfFeed): RawBuilder<SqlBool> =>
  sql`exists (select 1 from feed where ${isAnswering(table)})`;

/** That a row was open at a scan that it is joined with. */
export const isOpenAtScan = (table: 'container' | 'finding'): RawBuilder<SqlBool> => {
  const closedAt = sql.ref(`${table}.closed_at`);
  return sql`${sql.ref(`${table}.opened_at`)} <= scan.seen_at
    and (${closedAt} is null or ${closedAt} > scan.seen_at)`;
};

/** Joins what is known of the whole file system of an image. */
export const filesystemOf =
  (table: 'container' | 'image') =>
  <DB, TB extends keyof DB>(join: JoinBuilder<DB, TB>): JoinBuilder<DB, TB> =>
    join.on(
      sql<SqlBool>`image_filesystem.host_id = ${sql.ref(`${table}.host_id`)}
        and image_filesystem.image_id = ${sql.ref(`${table}.image_id`)}`,
    );
