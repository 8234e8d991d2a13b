import { lives } from '../store/lives.ts';
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
