import { isJson, type Json } from '../../../src/blocks/walk.ts';
import { ApiError, type Call, findJson, findText, type Handler } from './call.ts';

const testApi: Handler = (call) => {
  const error = findText(call, 'error');
  if (error !== undefined) throw new ApiError(error, { args: call.arguments });
  return { args: call.arguments };
};

const testAuth: Handler = ({ core, token }) => {
  const { app, team, users } = core.state;
  const appOnly = { app_id: app.id, app_name: 'Seawall' };
  if (token?.kind === 'app') return appOnly;
  return {
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    team_id: team.id,
    user: users.get(app.botUserId)?.name,
    user_id: app.botUserId,
    bot_id: app.botId,
    is_enterprise_install: false,
  };
};

const getBot: Handler = (call) => {
  const { app } = call.core.state;
  const bot = findText(call, 'bot');
  if (bot !== undefined && bot !== app.botId) throw new ApiError('bot_not_found');
  return {
    bot: { id: app.botId, deleted: false, name: 'seawall', app_id: app.id, user_id: app.botUserId },
  };
};

const getTeam: Handler = (call) => {
  const { team } = call.core.state;
  const asked = findText(call, 'team') ?? team.id;
  if (asked !== team.id) throw new ApiError('team_not_found');
  return { team: { id: team.id, name: team.name, domain: team.domain } };
};

const openConnection: Handler = ({ core }) => ({ url: core.issueSocketUrl() });

const manifestLimits = { name: 35, description: 140, long_description: 4000 } as const;

interface ManifestError {
  message: string;
  pointer: string;
}

function checkManifest(manifest: unknown): ManifestError[] {
  if (!isJson(manifest)) return [{ message: 'must be an object', pointer: '/' }];
  const display = isJson(manifest.display_information) ? manifest.display_information : {};
  const errors: ManifestError[] = [];
  if (typeof display.name !== 'string' || display.name === '') {
    errors.push({ message: 'must have a name', pointer: '/display_information/name' });
  }
  for (const [key, most] of Object.entries(manifestLimits)) {
    const value = display[key];
    if (typeof value === 'string' && value.length > most) {
      const pointer = `/display_information/${key}`;
      errors.push({ message: `must be shorter than ${most + 1} characters`, pointer });
    }
  }
  return [
    ...errors,
    ...checkCommands(manifest),
    ...checkScopes(manifest),
    ...checkAgentView(manifest),
  ];
}

function checkCommands(manifest: Json): ManifestError[] {
  const features = isJson(manifest.features) ? manifest.features : {};
  const commands = Array.isArray(features.slash_commands) ? features.slash_commands : [];
  return commands.flatMap((command, index) => {
    const pointer = `/features/slash_commands/${index}`;
    const { command: name, usage_hint: hint } = isJson(command) ? command : {};
    const errors: ManifestError[] = [];
    if (!/^\/\S{1,31}$/.test(String(name))) {
      const message = 'must start with / and have at most 32 characters';
      errors.push({ message, pointer: `${pointer}/command` });
    }
    if (typeof hint === 'string' && hint.length > 1_000) {
      const message = 'must be shorter than 1001 characters';
      errors.push({ message, pointer: `${pointer}/usage_hint` });
    }
    return errors;
  });
}

/** After docs.slack.dev/reference/app-manifest; suggestions need a right of their own. */
function checkAgentView(manifest: Json): ManifestError[] {
  const features = isJson(manifest.features) ? manifest.features : {};
  if (!isJson(features.agent_view)) return [];
  const { agent_description: description, suggested_prompts: prompts = [] } = features.agent_view;
  const pointer = '/features/agent_view';
  const { scopes } = isJson(manifest.oauth_config) ? manifest.oauth_config : {};
  const all: unknown[] = isJson(scopes) && Array.isArray(scopes.bot) ? scopes.bot : [];
  const mistakes: [boolean, string][] = [
    [typeof description !== 'string' || description.length > 300, 'agent_description'],
    [!Array.isArray(prompts) || prompts.length > 4, 'suggested_prompts'],
    [!all.includes('assistant:write'), 'needs the scope assistant:write'],
  ];
  return mistakes.filter(([isWrong]) => isWrong).map(([, message]) => ({ message, pointer }));
}

/** Optional scopes must be among all, after docs.slack.dev/reference/app-manifest. */
function checkScopes(manifest: Json): ManifestError[] {
  const { scopes } = isJson(manifest.oauth_config) ? manifest.oauth_config : {};
  const { bot, bot_optional: optional } = isJson(scopes) ? scopes : {};
  const all: unknown[] = Array.isArray(bot) ? bot : [];
  const stray = Array.isArray(optional) && optional.some((scope) => !all.includes(scope));
  const pointer = '/oauth_config/scopes/bot_optional';
  return stray ? [{ message: 'must be among the bot scopes', pointer }] : [];
}

const validateManifest = (call: Call) => {
  const errors = checkManifest(findJson(call, 'manifest', 'invalid_manifest'));
  if (errors.length > 0) throw new ApiError('invalid_manifest', { errors });
  return {};
};

export const baseHandlers: Record<string, Handler> = {
  'api.test': testApi,
  'auth.test': testAuth,
  'bots.info': getBot,
  'team.info': getTeam,
  'apps.connections.open': openConnection,
  'apps.manifest.validate': validateManifest,
};
