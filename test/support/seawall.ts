import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../demo/workspace/workspace.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { serve } from '../../src/programs/serve.ts';
import type { Answer } from '../../src/views/answer.ts';
import { openTellingLogger, tellingWorkspace } from './known.ts';
import { patient } from './patient.ts';
import { isOnPostgres, temporaryDatabase } from './temporary-database.ts';

export interface SeawallOptions {
  /** As in the settings file. */
  hosts: readonly {
    name: string;
    url: string;
    default?: boolean;
    evidence?: 'api' | 'files' | 'kernel';
    watch?: boolean;
  }[];
  mode: 'http' | 'socket';
  /** As in the settings file; everyone may scan when omitted. */
  access?: Readonly<Partial<Record<'view' | 'operate' | 'approve', readonly string[]>>>;
  /** As in the settings file; nothing in a test asks too often when omitted. */
  rates?: object;
  /** As in the settings file; none when omitted. */
  channels?: readonly object[];
  /** As in the settings file; nothing is fetched when omitted. */
  feeds?: object;
  /** As in the settings file; nothing is scanned unasked when omitted. */
  scans?: object;
  /** As in the settings file; no host can dial in when omitted. */
  edges?: object;
  workspaceOptions?: Omit<WorkspaceOptions, 'delivery'>;
  /** Of the database; one of its own, which is removed, when omitted. */
  folder?: string;
}

const often = { requests: 10_000, scans: 10_000 };
/** Rates of the settings that nothing in a test exceeds. */
export const oftenRates = { user: often, channel: often };

export interface RunningSeawall {
  workspace: Workspace;
  /** Where health, readiness and metrics are answered. */
  origin: string;
  /** The SQLite file; `-wal` beside it holds what is not in it yet. */
  /** Where the project is on SQLite. */
  databasePath: string;
  /** Everything that was logged at any level, one JSON text each. */
  logLines: string[];
  /** What was delivered, in that order. */
  answers: Answer[];
  close(): Promise<void>;
}

/** The real bot with a database file of its own, in an emulated workspace, from settings up. */
export async function openSeawall(options: SeawallOptions): Promise<RunningSeawall> {
  const { hosts, mode, access = {}, channels = [], workspaceOptions = {} } = options;
  const { rates = oftenRates, feeds = { sources: [], every: 'off' } } = options;
  const { scans = { every: 'off' } } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'seawall-bot-'));
  const databasePath = join(folder, 'seawall.db');
  const database = isOnPostgres() ? temporaryDatabase() : null;
  let port = 0;
  const requestUrl = () => `http://127.0.0.1:${port}/slack/events`;
  const workspace = tellingWorkspace(
    await openWorkspace({
      ...workspaceOptions,
      delivery: mode === 'http' ? { mode, requestUrl } : { mode },
    }),
  );
  const { botToken, signingSecret, appToken, apiUrl } = workspace;
  const settings = await loadSettings({
    environment: {
      SLACK_BOT_TOKEN: botToken,
      SLACK_API_URL: apiUrl,
      PORT: '0',
      DATABASE_URL: database?.url ?? `sqlite:${databasePath}`,
      ...(mode === 'http'
        ? { SLACK_SIGNING_SECRET: signingSecret }
        : { SLACK_APP_TOKEN: appToken }),
    },
    // JSON is YAML.
    readFile: () =>
      JSON.stringify({
        hosts: hosts.map((host) => ({ ...patient, ...host })),
        ...{ access, channels, rates, feeds, scans, edges: options.edges },
      }),
    guardOf: () => null,
    cwd: folder,
  });
  const { log, lines: logLines, forget } = openTellingLogger();
  const answers: Answer[] = [];
  const running = await serve({ settings, log, onAnswer: (answer) => answers.push(answer) });
  port = running.port ?? 0;
  return {
    workspace,
    origin: `http://127.0.0.1:${port}`,
    databasePath,
    logLines,
    answers,
    async close() {
      forget();
      await running.close();
      await workspace.close();
      database?.remove();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
