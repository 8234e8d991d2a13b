// Fails on purpose, for `test/system/failure-message.test.ts`; its name keeps it out of every other run.
import { WebClient } from '@slack/web-api';
import type { Workspace } from '../../demo/workspace/workspace.ts';
import { openQuietWorkspace } from '../support/post-digest.ts';
import type { RealEngine } from '../support/real-engine.ts';
import { workerEngine } from '../support/worker-engine.ts';

let engine: RealEngine;
let workspace: Workspace;

beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  workspace = await openQuietWorkspace();
});
afterAll(async () => {
  await workspace?.close();
  await engine?.close();
});

it('fails with an engine and a workspace', async () => {
  const client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl });
  await client.chat.postMessage({ channel: 'general', text: 'said right before' });
  process.stdout.write(`folder: ${engine.folder}\n`);

  expect('this').toBe('that');
});

it('says nothing where nothing fails', () => {
  expect(engine.docker('ps', '--quiet')).toBe('');
});
