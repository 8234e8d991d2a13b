// Asks Slack whether it would take our messages: `npm run judge:live [<folder>]`, with SLACK_BOT_TOKEN of any workspace. Nothing
// is posted: `blocks.validate` needs no scope and only judges. Without a folder it asks about test/views/golden.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, WebClient } from '@slack/web-api';

const [folder = 'test/views/golden'] = process.argv.slice(2);
const { SLACK_BOT_TOKEN: token, SLACK_API_URL: slackApiUrl } = process.env;
if (!token) {
  process.stderr.write('SLACK_BOT_TOKEN is not set\n');
  process.exit(2);
}
const slack = new WebClient(token, { timeout: 10_000, ...(slackApiUrl && { slackApiUrl }) });

interface Golden {
  message: Message;
  thread: Message[];
}
type Message = NonNullable<Parameters<typeof slack.blocks.validate>[0]>['message'] & object;
interface Refusal {
  error: string;
  errors?: readonly { pointer?: string; code?: string; message?: string }[];
}

/** Where and why Slack refuses it; empty when it would take it. Rejects when Slack could not be asked. */
async function refusalsOf(message: Message): Promise<string[]> {
  try {
    await slack.blocks.validate({ message });
    return [];
  } catch (error) {
    const { code, data } = error as { code?: `${ErrorCode}`; data?: Refusal };
    if (code !== 'slack_webapi_platform_error' || data?.error !== 'invalid_message') throw error;
    const told = (data.errors ?? []).map((one) => `${one.pointer}: ${one.message} (${one.code})`);
    return told.length > 0 ? told : [data.error];
  }
}

let asked = 0;
let refused = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { message, thread } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Golden;
  for (const [index, one] of [message, ...thread].entries()) {
    const refusals = await refusalsOf(one);
    asked += 1;
    refused += refusals.length > 0 ? 1 : 0;
    for (const told of refusals) process.stdout.write(`${file}, message ${index + 1}: ${told}\n`);
  }
}
process.stdout.write(`${asked} messages judged, ${refused} refused\n`);
process.exit(refused === 0 ? 0 : 1);
