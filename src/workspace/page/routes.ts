import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJson } from '../../blocks/walk.ts';
import type { Actions } from '../actions.ts';
import type { Core } from '../core.ts';
import { type PageRoutes, readBody } from '../http-server.ts';
import { jsonReply, type Reply, send } from '../reply.ts';
import { readClientFiles } from './client-files.ts';
import { type PageAction, type PageParts, pageActions } from './page-actions.ts';
import type { PageOptions } from './page-options.ts';
import type { PageHints } from './page-state.ts';
import { createReadMarks } from './read-marks.ts';
import { readPageState } from './read-page-state.ts';
import { sendDownload, sendPicture } from './send-file.ts';
import { streamChanges } from './stream-changes.ts';
import type { Underneath } from './underneath.ts';

const bodyLimitBytes = 100_000;
const noHints: PageHints = { command: '/seawall', commands: [], hosts: [], containers: [] };

/** A page of another site may not act here: its origin differs, or it cannot send JSON. */
function isFromPage(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  const isJsonBody = request.headers['content-type']?.startsWith('application/json') ?? false;
  return isJsonBody && (origin === undefined || origin === `http://${host ?? ''}`);
}

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
    .then((reply) => send(response, reply));
}

/** The page at `/`, its state and its actions. */
export function createPageRoutes(
  core: Core,
  actions: Actions,
  underneath: Underneath,
  { readHints, clock }: PageOptions,
): PageRoutes {
  const files = readClientFiles();
  const parts: PageParts = { core, actions, marks: createReadMarks(), underneath, clock };
  const readers: Readonly<Record<string, (query: URLSearchParams) => Promise<unknown>>> = {
    '/page/state': (query) =>
      readPageState(parts, query.get('channel') ?? '', query.get('user') ?? ''),
    '/page/hints': async () => (await readHints?.()) ?? noHints,
    '/page/underneath': async () => underneath.deeds(),
  };
  const sources = {
    change: (listener: () => void) => core.journal.onChange(listener),
    underneath: (listener: () => void) => underneath.onChange(listener),
  };
  return (request, response, { pathname, searchParams }) => {
    const own = <T>(table: Readonly<Record<string, T>>) =>
      Object.hasOwn(table, pathname) ? table[pathname] : undefined;
    if (request.method === 'POST') {
      const action = own(pageActions);
      if (!action) return false;
      if (isFromPage(request)) answer(response, act(parts, action, request));
      else send(response, jsonReply({ ok: false, error: 'not from the page' }, 403));
      return true;
    }
    const document = files.get(pathname);
    const reader = own(readers);
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
    else return false;
    return true;
  };
}
