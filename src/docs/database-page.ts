import { lives } from '../store/index.ts';
import { page } from './page.ts';

/** The page of what is kept in the database, and for how long. */
export function renderDatabasePage(): string {
  const rows = Object.entries(lives).map(
    ([table, { until, why }]) => `| \`${table}\` | ${until} | ${why} |`,
  );
  return page(
    'The database',
    [
      'One SQLite file with everything that Seawall remembers. It is its owner’s alone (mode 0600, its folder 0700), and so are',
      'backups and the file of the audit. Files that are wider and belong to the user who runs Seawall are closed to others as it',
      'starts, and so is a folder that holds nothing else; of any other folder `seawall doctor` and the log tell the mode.',
    ].join('\n'),
    '## How long it is kept',
    [
      'Every row has an end. `seawall serve` removes what is over a minute after it starts and then every hour, a few rows at a time;',
      '`seawall scan` in the terminal does so too. The file does not shrink by that: SQLite fills the room again. `seawall status`',
      'tells its size and its largest tables.',
    ].join('\n'),
    [
      'A busy team takes 2.4 MB a day, thus 1 GB after the 400 days that are kept by default, and stays below 1.25 GB from then on: ten hosts',
      'of thirty containers, four scans a day of each, 100 deployments, 500 commands in containers, 100 questions and 60 changes a day',
      '(`test/system/store/growth.test.ts`). Three quarters of it are states of containers that are gone: a shorter `history.keepDays` takes',
      'away in proportion.',
    ].join('\n'),
    ['| Table | Kept until | Why |', '|---|---|---|', ...rows].join('\n'),
    '## How fast',
    [
      'A thousand hosts with ten thousand running containers and 90 days behind them, 65,000 findings and 90,000 scans, measured by `node',
      'bench/queries.ts` on 27 November 2026: a machine of 2 cores, which others used as well, so that the ratios hold and the times are long. *Bare',
      'statement* is one prepared statement, written for the question alone, on a connection of its own. `node bench/first-reply.ts` measures the',
      'whole way, from the command in Slack to the first reply that is seen.',
    ].join('\n'),
    [
      '| question | SQLite, ms p50 / p99 | user CPU, ms | bare statement | × | PostgreSQL, ms p50 / p99 | user CPU, ms | bare statement | × |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      '| fleet: worst findings, the first page and all counts | 621 / 684 | 42 | 41 / 80 | 15.1 | 268 / 396 | 17 | 22 / 57 | 11.9 |',
      '| fleet: its hosts with score, open and accepted findings | 626 / 648 | 54 | 0.90 / 122 | 692.1 | 1083 / 1393 | 41 | 65 / 89 | 16.7 |',
      '| fleet: the first page of 10,000 containers, all counted | 217 / 300 | 18 | 0.81 / 62 | 267.3 | 286 / 334 | 18 | 23 / 49 | 12.2 |',
      '| fleet: the same of those that are privileged | 1403 / 1540 | 58 | 239 / 363 | 5.9 | 1460 / 1713 | 38 | 85 / 237 | 17.1 |',
      '| one host: open findings | 2.94 / 45 | 1.36 | 0.11 / 19 | 26.5 | 45 / 101 | 2.42 | 17 / 60 | 2.7 |',
      '| one host: what changed since yesterday | 12 / 167 | 1.62 | 0.02 / 0.09 | 674.6 | 53 / 132 | 2.10 | 0.26 / 35 | 206.2 |',
      '| fleet: what changed since yesterday | 6733 / 9607 | 601 | 179 / 231 | 37.6 | 5925 / 6949 | 630 | 79 / 102 | 75.1 |',
      '| one host: trend of 90 days | 10 / 77 | 2.47 | 0.08 / 12 | 132.0 | 26 / 57 | 3.04 | 0.34 / 7.08 | 76.0 |',
      '| fleet: trend of 90 days | 6315 / 7957 | 475 | 470 / 599 | 13.4 | 8977 / 11610 | 371 | 201 / 317 | 44.6 |',
      '| one host: what ran between two times | 37 / 197 | 3.85 | 0.09 / 20 | 402.2 | 48 / 128 | 2.77 | 0.95 / 19 | 50.0 |',
    ].join('\n'),
    [
      '`seawall move` of that store, 202,750 rows, took 228 s on the same machine; killed three times before, it went on, and every command',
      'said the same of both databases (`test/system/store/move-large.test.ts` in the long run).',
    ].join('\n'),
    '## The audit',
    [
      'Rows older than `history.auditKeepDays` move to `history.auditFile`, one JSON object a line with the fields of `audit --json`. They',
      'are on the disk before they leave the database, and each is there once, whenever Seawall is killed. Seawall only ever adds to the',
      'file: rotate it, ship it or remove old lines as your rules demand.',
    ].join('\n'),
    '## When the disk is full',
    [
      'Nothing can be kept then, and Seawall says so: in its answers, in the log, in `status` and in `doctor`, with the folder that needs',
      'room. `status` warns below 512 MB. What was stored before stays whole. What Seawall heard meanwhile of a host is kept in memory, within',
      'limits, and stored once there is room; beyond them, the time counts as unwatched. Owed messages and digests follow, each once. There',
      'is no need to start it again.',
    ].join('\n'),
  );
}
