import type { Json } from '../../../src/blocks/walk.ts';
import type { User, UserGroup } from '../state.ts';
import { ApiError, getText, getUser, type Handler, isTrue, paginate } from './call.ts';

const toApiUser = (user: User, teamId: string): Json => ({
  id: user.id,
  team_id: teamId,
  name: user.name,
  real_name: user.realName,
  deleted: false,
  is_bot: user.isBot,
  tz: 'Europe/Berlin',
  profile: { real_name: user.realName, display_name: user.name },
});

const getUserInfo: Handler = (call) => ({
  user: toApiUser(getUser(call, 'user'), call.core.state.team.id),
});

const listUsers: Handler = (call) => {
  const { state } = call.core;
  const { page, nextCursor } = paginate(call, [...state.users.values()]);
  return {
    members: page.map((user) => toApiUser(user, state.team.id)),
    response_metadata: { next_cursor: nextCursor },
  };
};

const toApiGroup = (group: UserGroup, hasUsers: boolean): Json => ({
  id: group.id,
  handle: group.handle,
  name: group.handle,
  user_count: group.users.length,
  ...(hasUsers ? { users: group.users } : {}),
});

const listUserGroups: Handler = (call) => ({
  usergroups: [...call.core.state.userGroups.values()].map((group) =>
    toApiGroup(group, isTrue(call, 'include_users')),
  ),
});

const listGroupUsers: Handler = (call) => {
  const group = call.core.state.userGroups.get(getText(call, 'usergroup'));
  if (!group) throw new ApiError('no_such_subteam');
  return { users: group.users };
};

export const userHandlers: Record<string, Handler> = {
  'users.info': getUserInfo,
  'users.list': listUsers,
  'usergroups.list': listUserGroups,
  'usergroups.users.list': listGroupUsers,
};
