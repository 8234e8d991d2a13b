import { WebClient } from '@slack/web-api';
import { openWorkspace, type Workspace } from '../../demo/workspace/workspace.ts';
import type { DigestAnswer } from '../../src/answers/digest-answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { slackReply } from '../../src/views/slack-messages.ts';
import { tellingWorkspace } from './known.ts';

/** A workspace without an app, whose page shows what is posted to it. */
export async function openQuietWorkspace(): Promise<Workspace> {
  const workspace = await openWorkspace({ delivery: { mode: 'socket' }, rateLimits: false });
  return tellingWorkspace(workspace);
}

/** Posts a digest to #security, the replies in its thread. Rejects when Slack would refuse it. */
export async function postDigest(workspace: Workspace, answer: DigestAnswer): Promise<void> {
  const client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl });
  const channel = 'security';
  const { message, thread } = slackReply(answerDocument(answer));
  const { ts } = await client.chat.postMessage({ channel, ...blocksOf(message) });
  for (const reply of thread) {
    await client.chat.postMessage({ channel, ...blocksOf(reply), thread_ts: ts as string });
  }
}

/** The client's types know no charts, which no digest has. */
const blocksOf = ({ text, blocks }: ReturnType<typeof slackReply>['message']) => ({
  text,
  blocks: blocks as never[],
});
