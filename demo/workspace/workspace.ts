import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { listenOn } from '../../src/shared/listen-on.ts';
import type { Actions } from './actions.ts';
import { createAppActions } from './app-actions.ts';
import { createScheduler, type Scheduler } from './clock.ts';
import type { Core } from './core.ts';
import type { Delivery, Transport } from './delivery/delivery.ts';
import { createDispatcher, type Dispatcher } from './delivery/dispatcher.ts';
import { createHttpTransport } from './delivery/http-transport.ts';
import { createSockets, type Sockets } from './delivery/sockets.ts';
import { createFaults, type Faults } from './faults.ts';
import { createHttpServer } from './http-server.ts';
import { type ApiCall, createJournal, type Violation } from './journal.ts';
import { createLooks, type Looks } from './looks.ts';
import { createMessageActions } from './message-actions.ts';
import { createOwnAddress, type OwnAddress } from './own-address.ts';
import { createPageKey } from './page/page-key.ts';
import type { PageOptions } from './page/page-options.ts';
import { createPageRoutes } from './page/routes.ts';
import { createUnderneath, type NewNote, noteApiCalls, withDeeds } from './page/underneath.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { createResponseUrls } from './response-urls.ts';
import { createState } from './state.ts';
import { createTriggers } from './triggers.ts';
import { createViewActions } from './view-actions.ts';

export interface WorkspaceOptions {
  /** A free one when omitted. */
  port?: number;
  host?: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Replaces `now` and the machine's timers. */
  scheduler?: Scheduler;
  delivery: { mode: 'http'; requestUrl: () => string } | { mode: 'socket' };
  signingSecret?: string;
  botToken?: string;
  appToken?: string;
  /** On unless false. */
  rateLimits?: boolean;
  /** Scopes of the bot token; those of Seawall's manifest, the optional ones too, when omitted. */
  scopes?: readonly string[];
  /** Where the install page may lead back to; nowhere when omitted. */
  redirectUrls?: readonly string[];
  page?: PageOptions;
}

/** A Slack workspace on this machine, with the controls to act in it and to look into it. */
export interface Workspace extends Actions, Looks {
  /** The page, on which a person can use the workspace, with the key that opens it. */
  url: string;
  apiUrl: string;
  signingSecret: string;
  botToken: string;
  appToken: string;
  botUserId: string;
  teamId: string;
  clientId: string;
  clientSecret: string;
  calls: ApiCall[];
  violations: Violation[];
  faults: Pick<Faults, 'add' | 'clear'>;
  sockets: Pick<Sockets, 'count' | 'drop' | 'disconnect' | 'sendText'>;
  /** Shows on the page that something happened underneath what was done last. */
  note(note: NewNote): void;
  /** Sends `url_verification` and tells whether the app gave the challenge back; HTTP only. */
  verifyRequestUrl(): Promise<boolean>;
  /**
   * Sends the same delivery again: over HTTP byte for byte, signature included; with `retryNum` as
   * a retry, signed anew; over a socket with the same envelope id.
   */
  redeliver(delivery: Delivery, options?: { retryNum?: number }): Promise<Delivery>;
  close(): Promise<void>;
}

export const manifestScopes: readonly string[] = [
  'commands',
  'chat:write',
  'app_mentions:read',
  'im:history',
  'channels:read',
  'groups:read',
  'channels:history',
  'groups:history',
  'files:read',
  'files:write',
  'assistant:write',
  'usergroups:read',
  'users:read',
];

const secret = () => randomBytes(16).toString('hex');

async function verifyRequestUrl(dispatcher: Dispatcher): Promise<boolean> {
  const challenge = secret();
  const payload = { token: 'verification-token', challenge, type: 'url_verification' };
  const { delivery } = await dispatcher.dispatch('event', payload);
  const body = delivery.ackBody;
  return body === challenge || JSON.stringify(body) === JSON.stringify({ challenge });
}

async function redeliver(
  dispatcher: Dispatcher,
  delivery: Delivery,
  retryNum: number | undefined,
): Promise<Delivery> {
  const { kind, payload, envelopeId, responseUrl, triggerId, rawRequest } = delivery;
  const again =
    retryNum === undefined
      ? { ...(rawRequest ? { rawRequest } : {}) }
      : { retry: { number: retryNum, reason: 'http_timeout' } };
  const address = { responseUrl, triggerId };
  return (await dispatcher.dispatch(kind, payload, address, { envelopeId, ...again })).delivery;
}

interface Secrets {
  signingSecret: string;
  botToken: string;
  appToken: string;
}

function createTransport(
  delivery: WorkspaceOptions['delivery'],
  sockets: Sockets,
  signingSecret: string,
  now: () => number,
): Transport {
  if (delivery.mode === 'socket') return sockets;
  return createHttpTransport({ requestUrl: delivery.requestUrl, signingSecret, now });
}

function createCore(options: WorkspaceOptions, scheduler: Scheduler, secrets: Secrets) {
  const now = () => scheduler.now();
  const { scopes = manifestScopes, redirectUrls = [] } = options;
  const state = createState({ ...secrets, now, scopes, redirectUrls });
  const journal = createJournal();
  const address = nowhere();
  const sockets = createSockets({
    scheduler,
    appId: state.app.id,
    isForeign: (request) => address.own.refusalOf(request) !== null,
    onChange: () => journal.notifyChange(),
  });
  const core: Core = {
    state,
    scheduler,
    journal,
    faults: createFaults(),
    triggers: createTriggers(scheduler),
    rateLimiter: options.rateLimits === false ? null : createRateLimiter(now),
    origin: () => `http://${address.authority}`,
    issueSocketUrl: () => `ws://${address.authority}${sockets.issuePath()}`,
  };
  const transport = createTransport(options.delivery, sockets, secrets.signingSecret, now);
  return { core, sockets, address, dispatcher: createDispatcher(core, transport) };
}

/** Where the workspace listens; known once it does. */
interface Address {
  authority: string;
  port: number;
  own: OwnAddress;
}

const nowhere = (): Address => ({
  authority: '',
  port: 0,
  own: { refusalOf: () => 'the workspace is not open yet' },
});

async function listen(server: Server, options: WorkspaceOptions): Promise<Address> {
  const host = options.host ?? '127.0.0.1';
  const port = await listenOn(server, { host, port: options.port ?? 0 });
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { authority, port, own: createOwnAddress(host, port) };
}

/** Starts a workspace. Rejects like `listenOn`. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const secrets: Secrets = {
    botToken: options.botToken ?? `xoxb-${secret()}`,
    appToken: options.appToken ?? `xapp-${secret()}`,
    signingSecret: options.signingSecret ?? secret(),
  };
  const scheduler = options.scheduler ?? createScheduler(options.now);
  const { core, sockets, address, dispatcher } = createCore(options, scheduler, secrets);
  const responseUrls = createResponseUrls(core);
  const underneath = createUnderneath(() => scheduler.now());
  noteApiCalls(core, underneath);
  const scene = { core, dispatcher: withDeeds(dispatcher, underneath), responseUrls };
  const actions = {
    ...createMessageActions(scene),
    ...createViewActions(scene),
    ...createAppActions(scene),
  };
  const key = createPageKey(() => address.port);
  const server = createHttpServer(
    core,
    responseUrls,
    createPageRoutes(core, actions, underneath, key, options.page ?? {}),
    () => address.own,
  );
  server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head));
  Object.assign(address, await listen(server, options));
  const { app, team } = core.state;
  return {
    ...actions,
    ...createLooks(core),
    ...secrets,
    url: `${core.origin()}/${key.query}`,
    apiUrl: `${core.origin()}/api/`,
    botUserId: app.botUserId,
    teamId: team.id,
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    calls: core.journal.calls,
    violations: core.journal.violations,
    faults: core.faults,
    sockets,
    note: (note) => underneath.note(note),
    verifyRequestUrl: () => verifyRequestUrl(dispatcher),
    redeliver: (earlier, again = {}) => redeliver(dispatcher, earlier, again.retryNum),
    async close() {
      await sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
