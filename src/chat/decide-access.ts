import {
  type AccessDecision,
  type AccessRules,
  accessOf,
  groupsGranting,
} from '../command/access.ts';
import type { Permission } from '../command/command.ts';
import type { UserGroups } from './user-groups.ts';

export interface AccessParts {
  access: AccessRules;
  groups: Pick<UserGroups, 'prepare' | 'lookUp'>;
  /** Hosts that a channel is about, by channel id. */
  channelHosts: ReadonlyMap<string, readonly string[]>;
}

/**
 * The one place in the chat where rights are decided: for a line, a button or a form. Waits for
 * Slack's user groups only where they change the decision. Never rejects.
 */
export function decideAccess(
  { access, groups, channelHosts }: AccessParts,
  asker: { user: string; channel: string },
): (permission: Permission) => Promise<AccessDecision> {
  const decide = accessOf(access, asker, groups.lookUp);
  const hasHostLimit = (channelHosts.get(asker.channel) ?? []).length > 0;
  return async (permission) => {
    const ready = groups.prepare(groupsGranting(access, permission));
    const { isAllowed, isPersonal } = decide(permission);
    const isSettled = isAllowed && (isPersonal || !hasHostLimit);
    if (!isSettled) await ready;
    return decide(permission);
  };
}
