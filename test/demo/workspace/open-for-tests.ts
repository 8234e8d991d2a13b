import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  openWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '../../../demo/workspace/workspace.ts';
import { tellingWorkspace } from '../../support/known.ts';
import { createManualClock } from '../../support/manual-clock.ts';

/** The scopes of every method the workspace offers. */
export const allScopes = [
  'commands',
  ...['chat:write', 'app_mentions:read', 'users:read', 'usergroups:read', 'team:read'],
  ...['channels:read', 'groups:read', 'im:read', 'mpim:read', 'channels:join'],
  ...['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  ...['channels:manage', 'groups:write', 'im:write', 'mpim:write'],
  ...['files:read', 'files:write', 'reactions:write'],
];

/**
 * Opens a workspace that nobody listens to; a test that uses it closes it. Its clock stands still unless one is given:
 * an app that is slow is never too late for it.
 */
export async function openSilent(options: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
  const usual = { delivery: { mode: 'socket' }, scopes: allScopes } as const;
  const scheduler = createManualClock();
  return tellingWorkspace(await openWorkspace({ ...usual, scheduler, ...options }));
}

/** A browser that came by the printed address. */
export type PageBrowser = (path: string, init?: RequestInit) => Promise<Response>;

/** Opens the page; what it gives sends the page's cookie along. */
export async function openPage({ url }: Pick<Workspace, 'url'>): Promise<PageBrowser> {
  const opened = await fetch(url);
  await opened.text();
  const [cookie = ''] = (opened.headers.get('set-cookie') ?? '').split(';');
  return (path, init = {}) =>
    fetch(new URL(path, url), { ...init, headers: { cookie, ...(init.headers as object) } });
}

export type Answer = Record<string, unknown> & {
  ok: boolean;
  error?: string;
  ts: string;
  response_metadata?: { messages?: string[]; warnings?: string[]; next_cursor?: string };
};

/** Calls a method with a JSON body and the bot's token. */
export async function callApi(
  workspace: Workspace,
  method: string,
  args: Record<string, unknown> = {},
  token = workspace.botToken,
): Promise<Answer> {
  const answer = await fetch(workspace.apiUrl + method, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(args),
  });
  return (await answer.json()) as Answer;
}

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

export interface TestApp {
  requestUrl: string;
  received: Received[];
  /** Resolves once that many requests have arrived. */
  whenReceived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A bare HTTP server in the app's place; `answer` decides what it says, null says nothing. */
export async function openTestApp(
  answer: (
    received: Received,
    count: number,
  ) => { status?: number; body?: string; headers?: Record<string, string> } | null,
): Promise<TestApp> {
  const received: Received[] = [];
  const listeners = new Set<() => void>();
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const entry = { headers: request.headers, body };
      received.push(entry);
      for (const listener of listeners) listener();
      const reply = answer(entry, received.length);
      if (reply) response.writeHead(reply.status ?? 200, reply.headers).end(reply.body ?? '');
    });
  });
  // None is kept for less because the machine stood still.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    requestUrl: `http://127.0.0.1:${port}/slack/events`,
    received,
    whenReceived: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < count) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
