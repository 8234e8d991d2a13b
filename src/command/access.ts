import type { Permission } from './command.ts';

/** Who may what: user ids, channel ids, or the word `everyone`; see `access` in the settings. */
export type AccessRules = Readonly<Record<Permission, readonly string[]>>;

/** Which permission includes which: approving includes operating, operating includes viewing. */
const includes: Readonly<Record<Permission, readonly Permission[]>> = {
  view: ['view', 'operate', 'approve'],
  operate: ['operate', 'approve'],
  approve: ['approve'],
};

export interface AccessDecision {
  isAllowed: boolean;
  /** A sentence for whoever was refused. */
  whoCanHelp: string;
}

/** Decides for one person in one channel; who is named by user or by channel is allowed. */
export function accessOf(
  rules: AccessRules,
  asker: { user: string; channel: string },
): (permission: Permission) => AccessDecision {
  return (permission) => {
    const granted = includes[permission].flatMap((level) => rules[level]);
    const isAllowed = granted.some((id) => ['everyone', asker.user, asker.channel].includes(id));
    const named = [...new Set(granted)].filter((id) => id !== 'everyone');
    const whoCanHelp =
      named.length > 0
        ? `Those who may: ${named.join(', ')}.`
        : `Nobody may yet: whoever runs Seawall can list users under access.${permission}.`;
    return { isAllowed, whoCanHelp };
  };
}

/** A person at the terminal holds the engine and the database already. */
export const fullAccess = (): AccessDecision => ({ isAllowed: true, whoCanHelp: '' });
