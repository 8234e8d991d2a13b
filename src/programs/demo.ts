import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../answers/answer.ts';
import type { HostSettings } from '../config/load-settings.ts';
import { openEngine } from '../engine/open-engine.ts';
import { openSampleEngine, sampleEngineUrl } from '../sample/sample-engine.ts';
import type { Logger } from '../shared/logger.ts';
import { answerDocument } from '../views/answer-document.ts';
import { terminalText } from '../views/terminal-text.ts';
import { openWorkspace } from '../workspace/workspace.ts';
import type { ConnectedHost } from './assemble.ts';
import { createDemoClock, pageClock } from './demo-clock.ts';
import { readHints } from './demo-hints.ts';
import { demoSettings } from './demo-settings.ts';
import { noteEverything } from './demo-underneath.ts';
import { type Running, serve } from './serve.ts';

export interface DemoOptions {
  /** Hosts of the settings; the first is used when its engine answers. */
  hosts: readonly HostSettings[];
  /** Port of the workspace page; the app takes a free one. */
  port: number;
  log: Logger;
  say: (text: string) => void;
}

export interface Demo {
  /** Address of the workspace page. */
  url: string;
  close(): Promise<void>;
}

const ENGINE_WAIT_MS = 3_000;
const SCAN_WAIT_MS = 60_000;

/**
 * The main job on one machine: a local Slack workspace, the real app, and a scan asked for in its
 * channel. Uses the local engine, or the bundled recording when none answers. The database is a
 * temporary one. Rejects when the scan gives no answer within a minute.
 */
export async function openDemo({ hosts, port, log, say }: DemoOptions): Promise<Demo> {
  const { host, closeSample } = await chooseHost(hosts, say);
  const folder = mkdtempSync(join(tmpdir(), 'seawall-demo-'));
  let appPort = 0;
  let started: Running | undefined;
  const clock = createDemoClock();
  const workspace = await openWorkspace({
    port,
    now: clock.now,
    page: {
      clock: pageClock(clock, () => started),
      readHints: async () => {
        if (!started) throw new Error('the app has not started yet');
        return readHints(started.context);
      },
    },
    delivery: { mode: 'http', requestUrl: () => `http://127.0.0.1:${appPort}/slack/events` },
  });
  const { promise: answered, resolve: onAnswer } = Promise.withResolvers<Answer>();
  const running = await serve({
    settings: demoSettings(workspace, folder),
    hosts: [host],
    log,
    onAnswer,
    now: clock.now,
    observers: noteEverything((note) => workspace.note(note)),
  });
  started = running;
  appPort = running.chat.port ?? 0;
  const close = async () => {
    await running.close();
    await workspace.close();
    await closeSample();
    rmSync(folder, { recursive: true, force: true });
  };

  say('Typing “/seawall scan” in #security of the local workspace.\n');
  await workspace.sendCommand({ text: 'scan' });
  const answer = await withinTime(answered);
  say(terminalText(answerDocument(answer)));
  return { url: workspace.url, close };
}

async function chooseHost(
  hosts: readonly HostSettings[],
  say: DemoOptions['say'],
): Promise<{ host: ConnectedHost; closeSample: () => Promise<void> }> {
  const [local] = hosts;
  if (local && (await answers(local))) {
    say(`Docker Engine found at ${local.url}. Seawall only reads: GET and HEAD, nothing else.\n`);
    return { host: { ...local, isDefault: true }, closeSample: async () => {} };
  }
  const sample = await openSampleEngine();
  const tried = local ? `No Docker Engine answers at ${local.url}` : 'No Docker Engine is declared';
  say(`${tried}; using the bundled sample host, a recording of a real engine.\n`);
  const host: ConnectedHost = {
    name: 'sample',
    url: sample.url,
    describedAs: sampleEngineUrl,
    tls: undefined,
    isDefault: true,
    labels: {},
    evidence: 'api',
  };
  return { host, closeSample: () => sample.close() };
}

async function answers({ url, tls }: HostSettings): Promise<boolean> {
  const engine = openEngine({
    url,
    tls,
    allowedEndpoints: [],
    callTimeoutMs: ENGINE_WAIT_MS,
  });
  try {
    await engine.apiVersion();
    return true;
  } catch {
    return false;
  } finally {
    engine.close();
  }
}

function withinTime(answered: Promise<Answer>): Promise<Answer> {
  return Promise.race([
    answered,
    new Promise<never>((_resolve, reject) => {
      const late = () => reject(new Error(`the scan gave no answer within ${SCAN_WAIT_MS} ms`));
      setTimeout(late, SCAN_WAIT_MS).unref();
    }),
  ]);
}
