import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDemoHosts } from '../../demo/hosts.ts';
import { openWorkspace } from '../../demo/workspace/workspace.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { assembleCore, coreSettings } from '../../src/programs/assemble.ts';
import { serve } from '../../src/programs/serve.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import type { Answer } from '../../src/views/answer.ts';
import { answerDocument } from '../../src/views/answer.ts';
import { terminalText } from '../../src/views/terminal-text.ts';
import { keptHistory, tellUnrecorded } from './kept-history.ts';
import { tellingWorkspace } from './known.ts';
import { oftenRates } from './seawall.ts';

export interface Fleet {
  /** What was said of the fleet once its history was there. */
  line: string;
  /** Calls to its engines that their recordings lack, so far. */
  unrecorded(): readonly string[];
  /** Types a line in #security; the answer, and what a terminal would show of it. */
  ask(text: string): Promise<{ answer: Answer; text: string }>;
  close(): Promise<void>;
}

/** The sample fleet with its history, asked through the real app in an emulated workspace. */
export async function openFleet(): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-fleet-'));
  const hosts = await openDemoHosts({ declared: [], now: Date.now, say: () => {} });
  const told = tellUnrecorded(hosts.hosts);
  let port = 0;
  const requestUrl = () => `http://127.0.0.1:${port}/slack/events`;
  const workspace = tellingWorkspace(
    await openWorkspace({ delivery: { mode: 'http', requestUrl } }),
  );
  const declared = await loadSettings({
    environment: {
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_SIGNING_SECRET: workspace.signingSecret,
      SLACK_API_URL: workspace.apiUrl,
      DATABASE_URL: `sqlite:${join(folder, 'seawall.db')}`,
      PORT: '0',
    },
    // JSON is YAML.
    readFile: () => JSON.stringify({ rates: oftenRates, scans: { every: 'off' } }),
    guardOf: () => null,
    cwd: folder,
  });
  const { history, unrecorded: before } = await keptHistory();
  const line = await hosts.liveHistory(declared, history);
  let waiting = Promise.withResolvers<Answer>();
  const settings = { ...declared, hosts: hosts.hosts };
  const core = hosts.describe(await assembleCore(coreSettings(settings)));
  const running = await serve({
    settings,
    core,
    log: silentLogger,
    onAnswer: (answer) => waiting.resolve(answer),
  });
  port = running.port ?? 0;
  return {
    line,
    unrecorded: () => [...before, ...told.unrecorded],
    async ask(text) {
      waiting = Promise.withResolvers();
      await workspace.sendCommand({ text });
      const answer = await waiting.promise;
      return { answer, text: terminalText(answerDocument(answer)) };
    },
    async close() {
      await running.close();
      await workspace.close();
      await hosts.close();
      told.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
