import type { Actions } from './actions.ts';
import type { Core } from './core.ts';
import { deliverEvent } from './delivery/events.ts';
import { getChannel, getUser, type Scene } from './scene.ts';
import type { Channel } from './state.ts';

type AppActions = Pick<Actions, 'invite' | 'runStep' | 'uninstallApp' | 'revokeTokens'>;

/** Slack tells of joins in channels whose list the app may read. */
function mayKnowJoins(core: Core, channel: Channel): boolean {
  const scope = channel.kind === 'channel' ? 'channels:read' : 'groups:read';
  return [...core.state.tokens.values()].some(
    ({ kind, scopes }) => kind === 'bot' && scopes.has(scope),
  );
}

function revokeBotTokens(core: Core): void {
  for (const token of core.state.tokens.values()) {
    if (token.kind === 'bot') token.isRevoked = true;
  }
}

/** What people do with the app itself: invite it, remove it. */
export function createAppActions({ core, dispatcher }: Scene): AppActions {
  const { state } = core;
  const revoked = (tokens: { oauth: string[]; bot: string[] }) =>
    deliverEvent(core, dispatcher, {
      type: 'tokens_revoked',
      tokens,
      event_ts: state.nextTs(),
    });
  return {
    async invite(input) {
      const channel = getChannel(core, input.channel);
      const inviter = getUser(core, input.user).id;
      const user =
        input.member === undefined ? state.app.botUserId : getUser(core, input.member).id;
      channel.members.add(user);
      core.journal.notifyChange();
      if (!mayKnowJoins(core, channel)) return null;
      return deliverEvent(core, dispatcher, {
        type: 'member_joined_channel',
        user,
        channel: channel.id,
        channel_type: 'C',
        team: state.team.id,
        inviter,
        event_ts: state.nextTs(),
      });
    },
    async runStep(callbackId, inputs) {
      const id = state.nextId('Fx');
      state.steps.set(id, null);
      await deliverEvent(core, dispatcher, {
        type: 'function_executed',
        function: { id: state.nextId('Fn'), callback_id: callbackId, type: 'app' },
        inputs,
        function_execution_id: id,
        workflow_execution_id: state.nextId('Wx'),
        bot_access_token: 'xwfp-of-the-step',
        event_ts: state.nextTs(),
      });
      return id;
    },
    async uninstallApp() {
      revokeBotTokens(core);
      const first = await revoked({ oauth: [], bot: [state.app.botUserId] });
      const event = { type: 'app_uninstalled', event_ts: state.nextTs() };
      return [first, await deliverEvent(core, dispatcher, event)];
    },
    revokeTokens({ user } = {}) {
      if (user !== undefined) return revoked({ oauth: [getUser(core, user).id], bot: [] });
      revokeBotTokens(core);
      return revoked({ oauth: [], bot: [state.app.botUserId] });
    },
  };
}
