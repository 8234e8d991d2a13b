import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkBotToken } from '../chat/check-slack.ts';
import type { Settings } from '../config/load-settings.ts';
import { parseDatabaseUrl } from '../store/database-url.ts';
import { openStore } from '../store/open-store.ts';
import { runChecks } from './checks.ts';
import { engineChecks } from './engine-checks.ts';

const DISK_FREE_MIN_BYTES = 512 * 1024 * 1024;
const GIB = 1024 ** 3;

/**
 * Tries everything the settings name: each engine, the database and its disk, Slack. Writes a line each.
 * True when all of it works; a part that is not set up is said, and fails only when it is wrong.
 */
export function runDoctor(settings: Settings, say: (line: string) => void): Promise<boolean> {
  return runChecks(
    [
      ...settings.hosts.flatMap(engineChecks),
      { name: 'database', run: () => tryDatabase(settings) },
      { name: 'disk', run: () => measureDisk(settings) },
      { name: 'slack', run: () => trySlack(settings) },
    ],
    say,
  );
}

async function tryDatabase({ databaseUrl }: Settings): Promise<string> {
  const store = await openStore({ url: databaseUrl.reveal(), now: Date.now });
  await store.close();
  return 'opens, passes its integrity check and is migrated';
}

async function measureDisk({ databaseUrl }: Settings): Promise<string> {
  const place = parseDatabaseUrl(databaseUrl.reveal());
  if (place.kind === 'postgres') return 'the database is on PostgreSQL, which has its own disk';
  const folder = dirname(place.path);
  const { bavail, bsize } = await statfs(folder);
  const said = `${(Number(bavail * bsize) / GIB).toFixed(1)} GiB free for the database`;
  if (bavail * bsize < DISK_FREE_MIN_BYTES) throw new Error(`only ${said}`);
  return said;
}

async function trySlack({ slack }: Settings): Promise<string> {
  if (slack.botToken === null) return 'not set up; the terminal works without it';
  const { user, team } = await checkBotToken({
    token: slack.botToken.reveal(),
    slackApiUrl: slack.apiUrl,
  });
  return `the bot token works, as ${user} in ${team}`;
}
