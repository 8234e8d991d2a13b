import { WebClient } from '@slack/web-api';
import {
  openWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../../demo/workspace/workspace.ts';
import { boltLogger } from '../../../src/chat/bolt-logger.ts';
import { sendChecked } from '../../../src/chat/checked-message.ts';
import { openSender, type Sender } from '../../../src/chat/sender.ts';
import { chatTimings } from '../../../src/chat/timings.ts';
import { OutsideError } from '../../../src/shared/errors.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { Part } from '../../../src/views/document.ts';
import { plainNotice, slackReply } from '../../../src/views/slack-messages.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const place = { channel: 'C0SECURIT' };
const numbers = Array.from({ length: 20 }, (_, index) => `message ${index}`);
let workspace: Workspace;
let sender: Sender;
let client: WebClient;

async function open(options: Partial<WorkspaceOptions> = {}): Promise<void> {
  workspace = await openWorkspace({ delivery: { mode: 'socket' }, ...options });
  client = new WebClient(workspace.botToken, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: boltLogger(silentLogger),
  });
  sender = openSender(client, { ...chatTimings, backoffMs: 1 }, silentLogger, () => null);
}
afterEach(() => workspace.close());

const texts = () => workspace.messages('security').map(({ text }) => text);

test('twenty messages at once arrive in order, through limits and failures', async () => {
  await open({ rateLimits: false });
  const often = { method: 'chat.postMessage', count: 100, chance: 0.15 };
  workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: 0, ...often, seed: 3 });
  workspace.faults.add({ kind: 'status', status: 503, ...often, seed: 5 });

  await Promise.all(numbers.map((text) => sender.post(place, plainNotice(text))));

  expect(texts()).toEqual(numbers);
  expect(workspace.calls.length).toBeGreaterThan(numbers.length);
});

test('more than a channel takes at once waits, and none is lost', async () => {
  // By its own clock Slack is asked again exactly as late as it said, however slow this machine is.
  const limited = () => workspace?.calls.filter(({ status }) => status === 429).length ?? 0;
  const begun = Date.now();
  await open({ now: () => begun + limited() * 1_000 });
  const some = numbers.slice(0, 7);

  await Promise.all(some.map((text) => sender.post(place, plainNotice(text))));

  expect(texts()).toEqual(some);
  expect(workspace.calls.map(({ status }) => status)).toContain(429);
});

test('what Slack refuses for good rejects at once, and the next message goes on', async () => {
  await open();
  workspace.faults.add({ kind: 'error', error: 'restricted_action' });

  const refused = sender.post(place, plainNotice('refused'));
  const next = sender.post(place, plainNotice('next'));

  await expect(refused).rejects.toThrow(OutsideError);
  await expect(refused).rejects.toMatchObject({ detail: 'restricted_action', isRetryable: false });
  await next;
  expect(texts()).toEqual(['next']);
});

test('Slack that stays away rejects after four tries, as worth another', async () => {
  await open();
  workspace.faults.add({ kind: 'status', status: 503, count: 4 });

  await expect(sender.post(place, plainNotice('lost'))).rejects.toMatchObject({
    code: 'slack-failed',
    isRetryable: true,
  });
  expect(workspace.calls).toHaveLength(4);
});

test('an answer that is not JSON never shows its content', async () => {
  await open();
  workspace.faults.add({ kind: 'malformed-json', isApplied: false, count: 4 });

  await expect(sender.post(place, plainNotice('secret'))).rejects.toMatchObject({
    detail: 'the answer was not Slack’s',
  });
});

test('Retry-After is waited for, and no request is made meanwhile', async () => {
  await open({ rateLimits: false });
  workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: 2 });

  const before = performance.now();
  await sender.post(place, plainNotice('late'));

  expect(performance.now() - before).toBeGreaterThan(1_900);
  expect(workspace.calls.map(({ status }) => status)).toEqual([429, 200]);
});

test('a wait of hours is given up at once, and holds up nothing else there', async () => {
  await open({ rateLimits: false });
  workspace.faults.add({ kind: 'rate-limit', retryAfterSeconds: 1_000_000_000 });

  const refused = sender.post(place, plainNotice('lost'));
  const next = sender.post(place, plainNotice('next'));

  await expect(refused).rejects.toMatchObject({ code: 'slack-failed', isRetryable: true });
  await next;
  expect(workspace.calls.map(({ status }) => status)).toEqual([429, 200]);
});

describe('a response_url', () => {
  const respond = (responseUrl: string, text: string) =>
    sender.tell({ ...place, user: 'U0ALICE00', responseUrl }, plainNotice(text), async () => true);
  const shown = () =>
    workspace
      .ephemerals('security', 'alice')
      .filter(({ isFromApp }) => isFromApp)
      .map(({ text }) => text);

  test('that is used up gives way to ephemeral messages', async () => {
    await open();
    const { responseUrl } = await workspace.sendCommand({ text: 'x' });
    const words = numbers.slice(0, 7);

    for (const text of words) await respond(responseUrl, text);

    expect(shown()).toEqual(words);
  });

  test('and the message that takes its place have four tries together', async () => {
    await open();
    const { responseUrl } = await workspace.sendCommand({ text: 'x' });
    workspace.faults.add({ kind: 'status', status: 503, method: 'response_url', count: 9 });
    workspace.faults.add({ kind: 'status', status: 503, method: 'chat.postEphemeral', count: 9 });

    await expect(respond(responseUrl, 'lost')).rejects.toMatchObject({ code: 'slack-failed' });

    const methods = workspace.calls.map(({ method }) => method);
    expect(methods.filter((method) => method === 'response_url')).toHaveLength(2);
    expect(methods.filter((method) => method === 'chat.postEphemeral')).toHaveLength(3);
  });

  test('that has expired gives way to an ephemeral message', async () => {
    const clock = createManualClock();
    await open({ scheduler: clock });
    const { responseUrl } = await workspace.sendCommand({ text: 'x' });
    clock.advance(31 * 60_000);

    await respond(responseUrl, 'late');

    expect(shown()).toEqual(['late']);
  });
});

test('blocks that our own check refuses are sent as text', async () => {
  await open();
  const text = 'x'.repeat(151);

  await sender.post(place, {
    text: 'headline',
    blocks: [{ type: 'header', text: { type: 'plain_text', text, emoji: false } }],
  });

  expect(workspace.messages('security')).toMatchObject([{ text: `headline\n${text}`, blocks: [] }]);
  expect(workspace.violations).toEqual([]);
});

test('whoever makes the call gets the variant that Slack takes, refused charts as pictures', async () => {
  await open({ rateLimits: false });
  workspace.faults.add({ kind: 'refuse-block', blockType: 'data_visualization' });
  const chart: Part = {
    kind: 'chart',
    title: 'Score',
    categories: ['1 Nov', '2 Nov'],
    series: [{ name: 'web-1', values: [60, 61] }],
    alternative: 'Score: 60 to 61.',
  };
  const { message } = slackReply({ headline: 'h', summary: [chart], details: [], next: [] });
  const variants: string[] = [];

  const { answer, unshown } = await sendChecked(
    sender.variants,
    place.channel,
    message,
    (checked) => {
      variants.push(checked.blocks.map(({ type }) => type).join(' '));
      return client.chat.postMessage({ channel: place.channel, ...checked });
    },
  );

  expect(variants).toEqual(['data_visualization context', 'image context']);
  expect([answer.ok, unshown]).toEqual([true, []]);
});
