import { isJson, type Json } from '../../../src/blocks/walk.ts';
import { ApiError, type Call, findJson, getText, type Handler } from './call.ts';

function running(call: Call): string {
  const id = getText(call, 'function_execution_id');
  const state = call.core.state.steps.get(id);
  if (state === undefined) throw new ApiError('function_execution_not_found');
  if (state !== null) throw new ApiError('execution_not_in_running_state');
  return id;
}

function end(call: Call, id: string, ending: Json): Json {
  call.core.state.steps.set(id, ending);
  call.core.journal.notifyChange();
  return {};
}

/** Slack knows three plain types. */
const isPlain = (value: unknown): boolean =>
  ['string', 'boolean'].includes(typeof value) || Number.isInteger(value);

const completeSuccess: Handler = (call) => {
  const id = running(call);
  const outputs = findJson(call, 'outputs');
  if (!isJson(outputs) || !Object.values(outputs).every(isPlain)) {
    throw new ApiError('parameter_validation_failed');
  }
  return end(call, id, { outputs });
};

const completeError: Handler = (call) => {
  const id = running(call);
  return end(call, id, { error: getText(call, 'error') });
};

/** How an app ends a step of a workflow. */
export const stepHandlers: Record<string, Handler> = {
  'functions.completeSuccess': completeSuccess,
  'functions.completeError': completeError,
};
