import {
  type AccessDecision,
  type AccessRules,
  accessOf,
  groupsGranting,
  usersNamed,
} from '../command/access.ts';
import type { CoreContext, Permission } from '../command/command.ts';
import { hostsOfChannel } from '../command/hosts-meant.ts';
import type { Person } from './people.ts';
import type { UserGroups } from './user-groups.ts';

export interface AccessParts {
  access: AccessRules;
  groups: Pick<UserGroups, 'prepare' | 'lookUp'>;
  context: Pick<CoreContext, 'hosts' | 'channels'>;
  personOf: (user: string) => Promise<Person>;
}

export interface Asker {
  user: string;
  channel: string;
  /** The channel is one that the person names from elsewhere, and need not be in: it grants nothing. */
  isElsewhere?: boolean | undefined;
}

/**
 * The one place in the chat where rights are decided: for a line, a button or a form. Waits for
 * Slack's user groups only where they change the decision, and for handles of people where a refusal names them. Never rejects.
 */
export function decideAccess(
  { access, groups, context, personOf }: AccessParts,
  asker: Asker,
): (permission: Permission) => Promise<AccessDecision> {
  const granting = asker.isElsewhere === true ? { ...asker, channel: '' } : asker;
  const decide = accessOf(access, granting, groups.lookUp);
  const hasHostLimit = hostsOfChannel(context, asker.channel) !== null;
  return async (permission) => {
    const ready = groups.prepare(groupsGranting(access, permission));
    const { isAllowed, isPersonal } = decide(permission);
    const isSettled = isAllowed && (isPersonal || !hasHostLimit);
    if (!isSettled) await ready;
    const decision = decide(permission);
    if (decision.isAllowed) return decision;
    const users = usersNamed(access, permission);
    const handles = await Promise.all(
      users.map(async (id) => [id, (await personOf(id)).handle] as const),
    );
    const known = new Map(handles);
    return accessOf(access, granting, groups.lookUp, (id) => known.get(id))(permission);
  };
}

/** Everything that somebody may, where what is shown hangs on it. Never rejects. */
export async function permissionsOf(
  parts: AccessParts,
  asker: Asker,
): Promise<(permission: Permission) => boolean> {
  const decide = decideAccess(parts, asker);
  const granted = new Set<Permission>();
  for (const permission of ['view', 'operate', 'approve'] as const) {
    if ((await decide(permission)).isAllowed) granted.add(permission);
  }
  return (permission) => granted.has(permission);
}
