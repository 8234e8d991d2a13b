import { randomBytes } from 'node:crypto';
import { limits } from '../../../src/blocks/limits.ts';
import { validateView } from '../../../src/blocks/validate.ts';
import { isJson, type Json } from '../../../src/blocks/walk.ts';
import { type Core, fillIdentifiers } from '../core.ts';
import type { State, View } from '../state.ts';
import { ApiError, type Call, findJson, findText, getUser, type Handler } from './call.ts';

/** The view as the Web API and interaction payloads show it. */
export function toApiView(view: View, state: State): Json {
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    ...view.content,
    id: view.id,
    team_id: state.team.id,
    app_id: state.app.id,
    bot_id: state.app.botId,
    hash: view.hash,
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
    state: { values: {} },
  };
}

/** What to show in place of a view, checked; throws what Slack answers when it is not valid. */
export function parseView(core: Core, method: string, content: unknown, type: string): Json {
  const problems = validateView(content);
  if (!isJson(content) || content.type !== type || problems.length > 0) {
    const messages = problems.map(
      ({ message, pointer }) => `[ERROR] ${message} [json-pointer:/view${pointer}]`,
    );
    const detail = messages.join('\n') || `the view must be a ${type}`;
    const at = core.scheduler.now();
    core.journal.violations.push({ kind: 'invalid-blocks', method, detail, at });
    throw new ApiError('invalid_arguments', { response_metadata: { messages } });
  }
  const sizeBytes = Buffer.byteLength(JSON.stringify(content));
  if (sizeBytes > limits.viewBytes.value) throw new ApiError('view_too_large');
  const blocks = Array.isArray(content.blocks) ? content.blocks : [];
  return { ...content, blocks: fillIdentifiers(blocks, core.state) };
}

const createHash = (core: Core) => `${core.scheduler.now()}.${randomBytes(4).toString('hex')}`;

/** Shows another content in the same view. */
export function replaceView(core: Core, view: View, content: Json): void {
  view.content = content;
  view.hash = createHash(core);
  view.errors = {};
  core.journal.notifyChange();
}

/** Puts a modal on top of the user's stack; throws `push_limit_reached` for the fourth. */
export function stackView(core: Core, user: string, content: Json): View {
  const stack = core.state.modals.get(user) ?? [];
  if (stack.length >= limits.viewStack.value) throw new ApiError('push_limit_reached');
  const id = core.state.nextId('V');
  const view: View = {
    id,
    user,
    hash: createHash(core),
    rootId: stack[0]?.id ?? id,
    previousId: stack.at(-1)?.id ?? null,
    content,
    errors: {},
  };
  core.state.modals.set(user, [...stack, view]);
  core.journal.notifyChange();
  return view;
}

function exchangeTrigger(call: Call): string {
  const id = findText(call, 'trigger_id') ?? findText(call, 'interactivity_pointer') ?? '';
  const result = call.core.triggers.exchange(id);
  if ('error' in result) throw new ApiError(result.error);
  return result.user;
}

const readContent = (call: Call, type: string) =>
  parseView(call.core, call.method, findJson(call, 'view'), type);

const openView: Handler = (call) => {
  const content = readContent(call, 'modal');
  checkExternalId(call, content);
  const user = exchangeTrigger(call);
  call.core.state.modals.delete(user);
  return { view: toApiView(stackView(call.core, user, content), call.core.state) };
};

const pushView: Handler = (call) => {
  const content = readContent(call, 'modal');
  checkExternalId(call, content);
  const user = exchangeTrigger(call);
  if (!call.core.state.modals.get(user)?.length) throw new ApiError('not_found');
  return { view: toApiView(stackView(call.core, user, content), call.core.state) };
};

const allViews = (state: State) => [...state.modals.values()].flat();

const hasExternalId = (view: View, id: unknown) => id !== '' && view.content.external_id === id;

function checkExternalId(call: Call, content: Json): void {
  const id = content.external_id;
  if (id === undefined || id === '') return;
  if (allViews(call.core.state).some((view) => hasExternalId(view, id))) {
    throw new ApiError('duplicate_external_id');
  }
}

function checkHash(call: Call, view: View | undefined): void {
  const hash = findText(call, 'hash');
  if (hash !== undefined && view && hash !== view.hash) throw new ApiError('hash_conflict');
}

const updateView: Handler = (call) => {
  const id = findText(call, 'view_id');
  const externalId = findText(call, 'external_id');
  const view = allViews(call.core.state).find((candidate) =>
    id === undefined ? hasExternalId(candidate, externalId ?? '') : candidate.id === id,
  );
  if (!view) throw new ApiError('not_found');
  checkHash(call, view);
  replaceView(call.core, view, readContent(call, 'modal'));
  return { view: toApiView(view, call.core.state) };
};

const publishView: Handler = (call) => {
  const { core } = call;
  const user = getUser(call, 'user_id', 'invalid_arguments').id;
  const existing = core.state.homes.get(user);
  checkHash(call, existing);
  const content = readContent(call, 'home');
  const id = existing?.id ?? core.state.nextId('V');
  const fresh: View = { id, user, hash: '', rootId: id, previousId: null, content, errors: {} };
  const view = existing ?? fresh;
  core.state.homes.set(user, view);
  replaceView(core, view, content);
  return { view: toApiView(view, core.state) };
};

export const viewHandlers: Record<string, Handler> = {
  'views.open': openView,
  'views.push': pushView,
  'views.update': updateView,
  'views.publish': publishView,
};
