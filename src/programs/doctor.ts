import { WebClient } from '@slack/web-api';
import type { Settings } from '../config/load-settings.ts';
import { openEngine } from '../engine/open-engine.ts';
import { collectorEndpoints } from '../engine/snapshot-taker.ts';
import { openStore } from '../store/open-store.ts';

interface Check {
  name: string;
  run: () => Promise<string>;
}

/** What auth.test says of a token that no longer works. */
const refusedTokens = ['account_inactive', 'token_revoked', 'token_expired', 'invalid_auth'];

/**
 * Tries everything the settings name: each engine, the database, Slack. Writes a line each. True when
 * all of it works; a part that is not set up is said, and fails only when it is wrong.
 */
export async function runDoctor(settings: Settings, say: (line: string) => void): Promise<boolean> {
  const checks: Check[] = [
    ...settings.hosts.map((host) => ({ name: `engine ${host.name}`, run: () => tryEngine(host) })),
    { name: 'database', run: () => tryDatabase(settings) },
    { name: 'slack', run: () => trySlack(settings) },
  ];
  let isWell = true;
  for (const { name, run } of checks) {
    try {
      say(`ok    ${name}: ${await run()}\n`);
    } catch (error) {
      isWell = false;
      say(`wrong ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  return isWell;
}

async function tryEngine({ url, tls }: Settings['hosts'][number]): Promise<string> {
  const engine = openEngine({ url, tls, allowedEndpoints: collectorEndpoints });
  try {
    const version = await engine.apiVersion();
    await engine.get('/containers/json', { all: '1' });
    return `${url} answers, API ${version}`;
  } finally {
    engine.close();
  }
}

async function tryDatabase({ databaseUrl }: Settings): Promise<string> {
  const store = await openStore({ url: databaseUrl.reveal(), now: Date.now });
  await store.close();
  return 'opens, passes its integrity check and is migrated';
}

async function trySlack({ slack }: Settings): Promise<string> {
  if (slack.botToken === null) return 'not set up; the terminal works without it';
  const client = new WebClient(slack.botToken.reveal(), {
    slackApiUrl: slack.apiUrl,
    timeout: 10_000,
    retryConfig: { retries: 0 },
  });
  try {
    const { team, user } = await client.auth.test();
    return `the bot token works, as ${user} in ${team}`;
  } catch (error) {
    const { data } = error as { data?: { error?: string } };
    if (data?.error === undefined || !refusedTokens.includes(data.error)) throw error;
    const message = `Slack says ${data.error}: the app was removed or its token revoked. Install it again and set SLACK_BOT_TOKEN`;
    throw new Error(message, { cause: error });
  }
}
