import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJson } from '../../../src/blocks/walk.ts';
import { table } from '../../../src/shared/table.ts';
import type { Actions } from '../actions.ts';
import { authorizeInstall } from '../authorize-page.ts';
import type { Core } from '../core.ts';
import type { PageRoutes } from '../http-server.ts';
import { readBody } from '../read-body.ts';
import { jsonReply, type Reply, send, textReply } from '../reply.ts';
import { readClientFiles } from './client-files.ts';
import { type PageAction, type PageParts, pageActions } from './page-actions.ts';
import type { PageKey } from './page-key.ts';
import type { PageOptions } from './page-options.ts';
import type { PageHints } from './page-state.ts';
import { createReadMarks } from './read-marks.ts';
import { readPageState } from './read-page-state.ts';
import { securityHeaders, sendDownload, sendPicture } from './send-file.ts';
import { streamChanges } from './stream-changes.ts';
import type { Underneath } from './underneath.ts';

const bodyLimitBytes = 100_000;
const noHints: PageHints = { command: '/seawall', commands: [], hosts: [], containers: [] };

/** What is sent to whoever does not hold the key: how to get it. */
const locked: Reply = {
  ...textReply('Open the address that the terminal printed; it ends in ?token=…\n', 403),
  headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' },
};

/** A form of another site cannot send JSON. */
const isJsonBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-type']?.startsWith('application/json') ?? false;

async function act(parts: PageParts, action: PageAction, request: IncomingMessage): Promise<Reply> {
  const body: unknown = JSON.parse((await readBody(request, bodyLimitBytes)).toString());
  const delivery = await action(parts, isJson(body) ? body : {});
  return jsonReply({ ok: true, ...(delivery?.error ? { error: delivery.error } : {}) });
}

/** Sends what the work gives, or that it failed and why. */
function answer(response: ServerResponse, work: Promise<Reply>): void {
  void work
    .catch((error: unknown) =>
      jsonReply({ ok: false, error: error instanceof Error ? error.message : 'failed' }, 400),
    )
    .then((reply) =>
      send(response, { ...reply, headers: { ...securityHeaders, ...reply.headers } }),
    );
}

const AUTHORIZE = '/oauth/v2/authorize';

/**
 * What a person sees and does: the page at `/`, its state, its actions, and the install page. Nothing
 * of it is shown or done without the key, which the printed address gives.
 */
export function createPageRoutes(
  core: Core,
  actions: Actions,
  underneath: Underneath,
  key: PageKey,
  { readHints, clock }: PageOptions,
): PageRoutes {
  const files = readClientFiles();
  const parts: PageParts = { core, actions, marks: createReadMarks(), underneath, clock };
  const readers = table<(query: URLSearchParams) => Promise<unknown>>({
    '/page/state': (query) =>
      readPageState(parts, query.get('channel') ?? '', query.get('user') ?? ''),
    '/page/hints': async () => (await readHints?.()) ?? noHints,
    '/page/underneath': async () => underneath.deeds(),
  });
  const sources = {
    change: (listener: () => void) => core.journal.onChange(listener),
    underneath: (listener: () => void) => underneath.onChange(listener),
  };
  const open = (request: IncomingMessage, response: ServerResponse, url: URL): boolean => {
    const { pathname, searchParams } = url;
    if (request.method === 'POST') {
      const action = pageActions.get(pathname);
      if (!action) return false;
      if (isJsonBody(request)) answer(response, act(parts, action, request));
      else send(response, jsonReply({ ok: false, error: 'not from the page' }, 403));
      return true;
    }
    if (request.method !== 'GET') return false;
    const document = files.get(pathname);
    const reader = readers.get(pathname);
    const [, kind, id = ''] = /^\/page\/(picture|file)\/(\w+)$/.exec(pathname) ?? [];
    if (document) send(response, document);
    else if (reader)
      answer(
        response,
        reader(searchParams).then((body) => jsonReply(body)),
      );
    else if (kind === 'picture') sendPicture(core, id, response);
    else if (kind === 'file') sendDownload(core, id, response);
    else if (pathname === '/page/changes') streamChanges(sources, response);
    else if (pathname === AUTHORIZE) authorizeInstall(core, searchParams, response);
    else return false;
    return true;
  };
  return (request, response, url) => {
    const { pathname, searchParams } = url;
    if (pathname !== '/' && pathname !== AUTHORIZE && !pathname.startsWith('/page/')) return false;
    const isOpening = request.method === 'GET' && pathname === '/' && key.opens(searchParams);
    // With the page and not with a redirect, in which browsers send no new cookie where a link of
    // another site led here.
    if (isOpening) response.setHeader('set-cookie', key.cookie());
    if (isOpening || key.isHeldBy(request)) return open(request, response, url);
    send(response, locked);
    return true;
  };
}
