import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJson, type Json } from '../../blocks/walk.ts';
import type { Actions } from '../actions.ts';
import type { Core } from '../core.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { escapeLikeClient } from '../escape.ts';
import { imageType } from '../files-http.ts';
import { type PageRoutes, readBody } from '../http-server.ts';
import { jsonReply, type Reply, send } from '../reply.ts';
import { findChannel } from '../state.ts';
import { chartScript } from './chart-script.ts';
import { pageHtml } from './html.ts';
import { pageScript } from './page-script.ts';
import { renderScript } from './render-script.ts';
import { messageShortcut, readPageState } from './state.ts';
import { pageStyle } from './style.ts';

const bodyLimitBytes = 100_000;

const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const documentReply = (type: string, body: string): Reply => ({
  status: 200,
  headers: { 'content-type': `${type}; charset=utf-8`, ...securityHeaders },
  body,
});

const documents: Readonly<Record<string, Reply>> = {
  '/': documentReply('text/html', pageHtml),
  '/page/page.css': documentReply('text/css', pageStyle),
  '/page/page.js': documentReply('text/javascript', `${chartScript}${renderScript}${pageScript}`),
};

/** A picture that was uploaded, for whoever sees the page: it shows what is in the messages. */
function sendPicture(core: Core, id: string, response: ServerResponse): void {
  const file = core.state.files.get(id);
  const type = file?.isComplete ? imageType(file) : null;
  if (!file?.content || type === null) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { ...securityHeaders, 'content-type': type }).end(file.content);
}

const gatherMs = 50;

/** Tells the page of changes by server-sent events, several quick ones together. */
function streamChanges(core: Core, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('data: change\n\n');
  let isPlanned = false;
  const stop = core.journal.onChange(() => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      response.write('data: change\n\n');
    }, gatherMs).unref();
  });
  response.on('close', stop);
}

const textOf = (input: Json, key: string) => {
  const value = input[key];
  return typeof value === 'string' && value !== '' ? { [key]: value } : {};
};

const readChoice = (input: Json) => ({
  ...textOf(input, 'user'),
  ...textOf(input, 'channel'),
  ...textOf(input, 'actionId'),
  ...textOf(input, 'blockId'),
  ...textOf(input, 'value'),
});

/** Sends what was typed: a command when it begins with `/`, a mention when it names the app. */
async function sendTyped(core: Core, actions: Actions, input: Json): Promise<Delivery | null> {
  const text = typeof input.text === 'string' ? input.text.trim() : '';
  const isDirect = findChannel(core.state, String(input.channel))?.kind === 'direct';
  const where = { ...textOf(input, 'user'), ...textOf(input, 'channel') };
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (command) {
    const [, name = '', rest = ''] = command;
    return actions.sendCommand({ ...where, command: name, text: rest, isEscaped: true });
  }
  const bot = core.state.app.botUserId;
  const escaped = escapeLikeClient(text, core.state).replaceAll(`<@${bot}|seawall>`, `<@${bot}>`);
  const message = { ...where, ...textOf(input, 'threadTs'), text: escaped };
  if (isDirect) return actions.sendDirectMessage(message);
  if (escaped.includes(`<@${bot}>`)) return actions.sendMention(message);
  actions.postAsUser(message);
  return null;
}

type PageAction = (core: Core, actions: Actions, input: Json) => Promise<Delivery | null>;

const pageActions: Readonly<Record<string, PageAction>> = {
  '/page/send': sendTyped,
  '/page/click': (_, actions, input) =>
    actions.clickButton({ ...readChoice(input), messageTs: String(input.messageTs) }),
  '/page/click-view': (_, actions, input) => actions.clickInView(readChoice(input)),
  '/page/home': (_, actions, input) => actions.openHome(textOf(input, 'user')),
  '/page/shortcut': (_, actions, input) =>
    actions.runShortcut({
      ...textOf(input, 'user'),
      ...textOf(input, 'channel'),
      callbackId: messageShortcut.callbackId,
      messageTs: String(input.messageTs),
    }),
  '/page/submit': (_, actions, input) =>
    actions.submitView({
      ...textOf(input, 'user'),
      values: isJson(input.values) ? input.values : {},
    }),
  '/page/close': (_, actions, input) => actions.closeModal(textOf(input, 'user')),
};

/** A page of another site may not act here: its origin differs, or it cannot send JSON. */
function isFromPage(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  const isJsonBody = request.headers['content-type']?.startsWith('application/json') ?? false;
  return isJsonBody && (origin === undefined || origin === `http://${host ?? ''}`);
}

async function act(
  core: Core,
  actions: Actions,
  action: PageAction,
  request: IncomingMessage,
): Promise<Reply> {
  try {
    const body: unknown = JSON.parse((await readBody(request, bodyLimitBytes)).toString());
    const delivery = await action(core, actions, isJson(body) ? body : {});
    return jsonReply({ ok: true, ...(delivery?.error ? { error: delivery.error } : {}) });
  } catch (error) {
    return jsonReply({ ok: false, error: error instanceof Error ? error.message : 'failed' }, 400);
  }
}

/** The page at `/`, its state and its actions. */
export function createPageRoutes(core: Core, actions: Actions): PageRoutes {
  return (request, response, url) => {
    const { pathname, searchParams } = url;
    if (request.method === 'POST') {
      const action = Object.hasOwn(pageActions, pathname) ? pageActions[pathname] : undefined;
      if (!action) return false;
      if (isFromPage(request)) {
        void act(core, actions, action, request).then((reply) => send(response, reply));
      } else {
        send(response, jsonReply({ ok: false, error: 'not from the page' }, 403));
      }
      return true;
    }
    const document = Object.hasOwn(documents, pathname) ? documents[pathname] : undefined;
    const picture = /^\/page\/picture\/(\w+)$/.exec(pathname)?.[1];
    if (document) {
      send(response, document);
    } else if (picture !== undefined) {
      sendPicture(core, picture, response);
    } else if (pathname === '/page/changes') {
      streamChanges(core, response);
    } else if (pathname === '/page/state') {
      const channel = searchParams.get('channel') ?? '';
      send(response, jsonReply(readPageState(core, channel, searchParams.get('user') ?? '')));
    } else {
      return false;
    }
    return true;
  };
}
