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
      'A busy team takes 3.1 MB a day, thus 1.2 GB after the 400 days that are kept by default, and stays below 1.34 GB from then on: ten hosts',
      'of thirty containers, four scans a day of each, 100 deployments, 500 commands in containers, 100 questions and 60 changes a day',
      '(`test/system/store/growth.test.ts`). Three quarters of it are states of containers that are gone: a shorter `history.keepDays` takes',
      'away in proportion.',
    ].join('\n'),
    ['| Table | Kept until | Why |', '|---|---|---|', ...rows].join('\n'),
    '## How fast',
    [
      'A thousand hosts with ten thousand running containers and 90 days behind them, 65,000 findings and 90,000 scans, measured by `node',
      'bench/queries.ts` on 30 November 2026 on 2 cores that are shared with other machines. *Bare statement* is one prepared statement, written',
      'for the question alone, on a connection of its own.',
    ].join('\n'),
    [
      '| question | SQLite, ms p50 / p99 | user CPU, ms | bare statement | × | PostgreSQL, ms p50 / p99 | user CPU, ms | bare statement | × |',
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
      '| fleet: worst findings, the first page and all counts | 25 / 33 | 27 | 2.79 / 5.19 | 8.9 | 29 / 47 | 11 | 8.58 / 9.95 | 3.4 |',
      '| fleet: its hosts with score, open and accepted findings | 2.73 / 7.66 | 4.62 | 0.57 / 1.81 | 4.8 | 10 / 29 | 6.00 | 17 / 60 | 0.6 |',
      '| fleet: the first page of 10,000 containers, all counted | 9.24 / 23 | 12 | 1.01 / 1.84 | 9.1 | 22 / 48 | 15 | 2.71 / 4.02 | 8.1 |',
      '| fleet: the same of those that are privileged | 54 / 78 | 31 | 32 / 47 | 1.7 | 82 / 108 | 29 | 22 / 27 | 3.7 |',
      '| one host: open findings | 1.02 / 2.78 | 1.43 | 0.14 / 0.16 | 7.4 | 2.88 / 18 | 3.34 | 0.34 / 1.66 | 8.5 |',
      '| one host: what changed since yesterday | 0.69 / 1.07 | 0.76 | 0.01 / 0.03 | 49.6 | 3.44 / 13 | 1.74 | 0.19 / 1.16 | 18.0 |',
      '| fleet: what changed since yesterday | 25 / 54 | 30 | 16 / 22 | 1.6 | 63 / 86 | 43 | 20 / 39 | 3.2 |',
      '| fleet: who has the package openssl, in which version | 121 / 142 | 82 | 36 / 44 | 3.4 | 110 / 139 | 73 | 49 / 63 | 2.2 |',
      '| one host: trend of 90 days | 1.65 / 13 | 2.35 | 0.12 / 0.33 | 14.1 | 1.69 / 4.76 | 1.70 | 0.21 / 0.40 | 8.1 |',
      '| fleet: trend of 90 days | 149 / 175 | 177 | 31 / 49 | 4.8 | 183 / 214 | 90 | 26 / 29 | 7.2 |',
      '| one host: what ran between two times | 2.98 / 3.78 | 3.05 | 0.04 / 0.06 | 82.3 | 4.37 / 8.28 | 3.09 | 0.07 / 1.89 | 60.8 |',
    ].join('\n'),
    ...figuresOfAnswers(),
    [
      '`seawall move` of that store, 202,750 rows, took 228 s on the same machine; killed three times before, it went on, and every command',
      'said the same of both databases (`test/system/store/move-large.test.ts` in the long run).',
    ].join('\n'),
    ...databases,
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

const databases = [
  '## SQLite and PostgreSQL',
  [
    'The same queries serve both. `npm test` runs what stores a second time on a real PostgreSQL: the store, alerts, schedule and watch,',
    'and through Slack a question, a decision, an alert and a digest (`test/system/chat/everyday.test.ts`) and answers that Slack does not',
    'take at once (`owed-answers.test.ts`). At night the rest of the chat runs there too: forms, the Home tab, processes that are killed.',
    'What only an SQLite file has, backups and repairs, is tried on files alone; rates, views and engines know no database.',
  ].join('\n'),
  [
    'On PostgreSQL hosts, digests, channels and deliveries are held by the clock of the server, whatever the clocks of the machines say that',
    'share it. When a message is due, and until when a channel is to be left alone, goes by the clock of the process.',
  ].join('\n'),
];
/** How soon answers about a fleet are seen. */
function figuresOfAnswers(): string[] {
  return [
    [
      'The whole way, from the command in Slack to the first reply that is seen, with the same fleet, by `node bench/first-reply.ts`, twenty rounds,',
      'on 30 November 2026, on two cores that are shared with other machines. The budget is 300 ms. PostgreSQL is measured as autovacuum leaves',
      'it within a minute of so many rows. Leave it on: without it most answers about a fleet are up to four times the work for the server.',
    ].join('\n'),
    [
      '| command, 1,000 hosts | SQLite, ms p50 / p95 | PostgreSQL, ms p50 / p95 |',
      '| --- | --- | --- |',
      '| `help` | 10 / 12 | 12 / 14 |',
      '| `findings` | 62 / 83 | 78 / 103 |',
      '| `findings critical` | 44 / 51 | 61 / 88 |',
      '| `posture` | 41 / 56 | 56 / 68 |',
      '| `hosts` | 17 / 23 | 25 / 33 |',
      '| `containers` | 34 / 48 | 46 / 66 |',
      '| `containers privileged` | 71 / 98 | 94 / 133 |',
      '| `surface` | 128 / 161 | 155 / 229 |',
      '| `history` | 88 / 162 | 110 / 161 |',
      '| `findings on web-0000` | 14 / 19 | 25 / 36 |',
      '| `containers on web-0000` | 11 / 15 | 15 / 24 |',
      '| `status` | 24 / 36 | 38 / 57 |',
      '| `diff` | 65 / 88 | 104 / 142 |',
      '| `isolation` | 114 / 134 | 125 / 161 |',
      '| `controls` | 69 / 98 | 109 / 212 |',
      '| `exposure openssl` | 134 / 198 | 188 / 218 |',
      '| `explain seccomp` | 94 / 123 | 129 / 169 |',
      '| `execs` | 29 / 41 | 39 / 44 |',
      '| `containers gone` | 69 / 90 | 141 / 182 |',
      '| `digest preview` | 107 / 136 | 121 / 145 |',
      '| `inspect shop-service-3-1 on web-0000` | 31 / 42 | 31 / 43 |',
    ].join('\n'),
  ];
}
