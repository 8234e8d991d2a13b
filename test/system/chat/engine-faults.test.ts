import type { ScanAnswer } from '../../../src/answers/scan-answer.ts';
import { createSnapshotTaker } from '../../../src/engine/snapshot-taker.ts';
import { type ChatApp, openChatApp, readable } from '../../support/chat-app.ts';
import { type Fault, type FaultEngine, openFaultEngine } from '../../support/fault-engine.ts';
import { patient } from '../../support/patient.ts';
import { openRecordedEngine } from '../../support/recorded-engine.ts';

const hurried = { callSeconds: 2, scanSeconds: 6 };
const faults: [string, Fault | 'gone', RegExp][] = [
  ['refuses connections', 'gone', /could not be reached/],
  ['never answers', { kind: 'hang' }, /did not answer in time/],
  ['ends in the middle of a body', { kind: 'cut' }, /connection broke in the middle/],
  ['answers 500', { kind: 'status', status: 500, message: 'server on fire' }, /500 server on fire/],
  ['answers with invalid JSON', { kind: 'invalid-json' }, /not its API/],
  [
    'answers 50 MB',
    { kind: 'huge', bytes: 50 * 1024 * 1024, hasContentLength: false },
    /larger than Seawall accepts/,
  ],
];

describe.each(faults)('an engine that %s', (_name, fault, reason) => {
  let app: ChatApp;
  let sick: FaultEngine;
  const isHanging = fault !== 'gone' && fault.kind === 'hang';
  let healthy: Awaited<ReturnType<typeof openRecordedEngine>>;

  beforeAll(async () => {
    healthy = await openRecordedEngine();
    sick = await openFaultEngine(fault === 'gone' ? {} : { fault });
    if (fault === 'gone') await sick.close();
    const snapshots = createSnapshotTaker({
      hosts: [
        { ...patient, name: 'web-1', url: healthy.url },
        // Only one that never answers is waited for; the others have time on a busy machine.
        { ...(isHanging ? hurried : patient), name: 'web-2', url: sick.url },
      ],
      clock: Date.now,
    });
    app = await openChatApp({ change: () => ({ snapshots }) });
  });

  afterAll(async () => {
    await app.close();
    await healthy.close();
    if (fault !== 'gone') await sick.close();
  });

  test('is told in the channel with its reason, and harms no other host', async () => {
    const { workspace } = app;
    await workspace.sendCommand({ text: 'scan on all' });
    await app.answered(1);

    const text = workspace.messages('security').map(readable).join('\n');
    expect(text).toMatch(reason);
    expect(text).toContain('web-2: could not be judged');
    expect(text).toContain('unknown, nothing could be judged');
    const [answer] = app.answers as ScanAnswer[];
    const [first, second] = answer?.scans ?? [];
    expect(first).toMatchObject({ host: 'web-1', containers: 36, unreadSections: [] });
    expect(second).toMatchObject({ host: 'web-2', containers: null });
    expect(new Set(second?.results.map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
    expect(workspace.violations).toEqual([]);
  });
});
