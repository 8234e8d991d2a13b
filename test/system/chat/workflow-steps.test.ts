import { workflowSteps } from '../../../src/ports/workflow-steps.ts';
import {
  type ChatApp,
  type ChatAppOptions,
  openChatApp,
  signedHeaders,
} from '../../support/chat-app.ts';

let app: ChatApp;
const open = async (options: ChatAppOptions = {}) => {
  app = await openChatApp({ rateLimits: false, ...options });
};
afterEach(async () => {
  await app.close();
  expect(app.workspace.violations).toEqual([]);
});

const { exposure, scan } = workflowSteps;

/** How a step ends that a workflow runs. */
async function endOf(callbackId: string, inputs: Record<string, unknown>) {
  const { workspace } = app;
  const id = await workspace.runStep(callbackId, inputs);
  await workspace.waitUntil(() => workspace.step(id) !== null, 60_000);
  return workspace.step(id);
}

/** The outputs that the manifest declares, and no other; of their types. */
function declared(
  step: (typeof workflowSteps)[keyof typeof workflowSteps],
  ended: Awaited<ReturnType<typeof endOf>>,
): Record<string, unknown> {
  const outputs = (ended?.outputs ?? {}) as Record<string, unknown>;
  const types = { string: 'string', boolean: 'boolean', integer: 'number' } as const;
  const known = new Map<string, string>(step.outputs.map(({ name, type }) => [name, types[type]]));
  for (const [name, value] of Object.entries(outputs)) expect(typeof value).toBe(known.get(name));
  for (const { name, isRequired } of step.outputs) {
    if (isRequired) expect(Object.keys(outputs)).toContain(name);
  }
  return outputs;
}

test('a workflow scans a host, and asks for a vulnerability', async () => {
  await open();
  const scanned = declared(scan, await endOf(scan.callbackId, { host: 'web-1' }));
  expect(scanned).toMatchObject({ is_read: true, grade: expect.stringMatching(/^[A-F]$/) });

  // No feed was taken, so nobody knows.
  const asked = declared(exposure, await endOf(exposure.callbackId, { query: 'CVE-2024-3094' }));
  expect(asked).toMatchObject({ is_affected: false, is_known: false, affected_containers: 0 });
});

test.each([
  ['an unknown host', scan.callbackId, { host: 'nowhere' }],
  ['no input', scan.callbackId, {}],
  ['what is no package', exposure.callbackId, { query: 'CVE-1; drop' }],
  ['another line hidden in it', scan.callbackId, { host: 'web-1" --json accept "x' }],
  ['an input that is no text', exposure.callbackId, { query: { a: 1 } }],
])('%s ends the step with a sentence', async (_, callbackId, inputs) => {
  await open();

  const ended = await endOf(callbackId, inputs);
  expect(ended?.error).toEqual(expect.stringMatching(/^.{10,}$/s));
  expect(app.snapshots).toEqual([]);
});

test('a step may what everyone may, and no more', async () => {
  await open({ access: { view: ['everyone'], operate: ['U0BOB0000'], approve: ['U0BOB0000'] } });

  expect((await endOf(scan.callbackId, { host: 'web-1' }))?.error).toMatch(
    'needs the permission “operate”',
  );
  expect(app.snapshots).toEqual([]);
  const asked = await endOf(exposure.callbackId, { query: 'openssl' });
  expect(declared(exposure, asked)).toMatchObject({ is_known: false });
});

test('a step that is delivered again runs once', async () => {
  await open();
  const id = await app.workspace.runStep(scan.callbackId, { host: 'web-1' });
  await app.workspace.waitUntil(() => app.workspace.step(id) !== null, 60_000);
  const body = JSON.stringify({
    ...{ type: 'event_callback', event_id: 'EvAgain', team_id: app.workspace.teamId },
    event: {
      ...{ type: 'function_executed', function: { callback_id: scan.callbackId } },
      ...{ inputs: { host: 'web-1' }, function_execution_id: id, bot_access_token: 'xwfp-secret' },
    },
  });
  const signed = signedHeaders(app.workspace.signingSecret, body);
  const headers = { ...signed, 'content-type': 'application/json' };
  const { status } = await fetch(app.requestUrl(), { method: 'POST', body, headers });
  expect(status).toBe(200);
  // No other scan, which one of the delivery would share.
  expect(await endOf(exposure.callbackId, { query: 'openssl' })).not.toBeNull();
  expect(app.snapshots).toHaveLength(1);
  const kept = app.database.rows('select * from delivery');
  expect(JSON.stringify(kept)).not.toContain('xwfp');
});

test('steps are counted like requests of a person, and end with when to try again', async () => {
  const rates = { user: { requests: 2, scans: 1 }, channel: { requests: 100, scans: 100 } };
  await open({ rates });
  for (let count = 0; count < 2; count += 1) {
    expect((await endOf(exposure.callbackId, { query: 'openssl' }))?.error).toBeUndefined();
  }

  expect((await endOf(exposure.callbackId, { query: 'openssl' }))?.error).toContain('Ask again in');
  expect((await endOf(scan.callbackId, { host: 'web-1' }))?.error).toBeUndefined();
});
