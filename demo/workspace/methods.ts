import { table } from '../../src/shared/table.ts';
import documented from './slack-methods.json' with { type: 'json' };

/** What Slack's reference says about one Web API method. */
export interface MethodReference {
  required: readonly string[];
  optional: readonly string[];
  /** For conversations.* one per kind of channel; otherwise all are needed. */
  botScopes: readonly string[];
  /** Calls per minute are 1, 20, 50 and 100 for the tiers 1 to 4; 0 means a limit of its own. */
  tier: number;
  errors: readonly string[];
}

const reference = (entry: Partial<MethodReference>): MethodReference => ({
  required: [],
  optional: [],
  botScopes: [],
  tier: 3,
  errors: [],
  ...entry,
});

/** Methods that the source of slack-methods.json lacks, after docs.slack.dev/reference/methods. */
const additions: Record<string, MethodReference> = {
  'api.test': reference({ optional: ['error', 'foo'], tier: 0 }),
  'apps.manifest.validate': reference({
    required: ['manifest'],
    optional: ['app_id'],
    errors: ['invalid_manifest'],
  }),
  'blocks.validate': reference({
    optional: ['blocks', 'message', 'view'],
    errors: ['invalid_blocks', 'invalid_message', 'invalid_view'],
  }),
  'conversations.join': reference({
    required: ['channel'],
    botScopes: ['channels:join'],
    errors: ['channel_not_found', 'is_archived', 'method_not_supported_for_channel_type'],
  }),
};

const references = table<MethodReference>({ ...documented, ...additions });

/** Errors of every method, which the reference of none of them lists. */
export const commonErrors: readonly string[] = [
  'not_authed',
  'invalid_auth',
  'token_revoked',
  'not_allowed_token_type',
  'missing_scope',
  'ratelimited',
  'unknown_method',
  'invalid_arguments',
  'invalid_json',
  'only_one_table_allowed',
];

/** Sent by @slack/web-api too: it says `alt_text` where the reference says `alt_txt`. */
const extraArguments: readonly string[] = ['token', 'team_id', 'alt_text'];

/** Undefined for a method that the workspace doesn't offer. */
export function findMethod(name: string): MethodReference | undefined {
  return references.get(name);
}

export const methodNames: readonly string[] = [...references.keys()];

/** True when the reference of the method, or of all methods, knows the error. */
export function isListedError(method: string, error: string): boolean {
  return commonErrors.includes(error) || (findMethod(method)?.errors.includes(error) ?? false);
}

export function isListedArgument(method: MethodReference, argument: string): boolean {
  return [...method.required, ...method.optional, ...extraArguments].includes(argument);
}
