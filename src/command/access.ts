import type { Reading } from '../shared/reading.ts';
import { listed } from '../shared/text.ts';
import type { Permission } from './command.ts';

/** Who may what: ids of users, user groups and channels, or `everyone`; `access` in the settings. */
export type AccessRules = Readonly<Record<Permission, readonly string[]>>;

/** What is known of a user group at the moment; members that are unread grant nothing. */
export interface UserGroup {
  /** As people write it, without the `@`; null when Slack did not tell it. */
  handle: string | null;
  members: Reading<ReadonlySet<string>>;
}

/** Throws nothing and asks nobody: what Slack told is kept at the edge. */
export type GroupLookup = (id: string) => UserGroup;

/** The handle of a user; undefined or null for whom none is known. */
export type HandleLookup = (id: string) => string | null | undefined;

/** Which permission includes which: approving includes operating, operating includes viewing. */
const includes: Readonly<Record<Permission, readonly Permission[]>> = {
  view: ['view', 'operate', 'approve'],
  operate: ['operate', 'approve'],
  approve: ['approve'],
};

export interface AccessDecision {
  isAllowed: boolean;
  /**
   * True when the person is named, as a user or by a user group. What a channel or `everyone` grants
   * ends at the hosts of the channel.
   */
  isPersonal: boolean;
  /** Sentences for whoever was refused. */
  whoCanHelp: string;
}

const isGroup = (id: string): boolean => /^S[A-Z0-9]+$/.test(id);
const isUser = (id: string): boolean => /^[UW][A-Z0-9]+$/.test(id);

/** The user groups that may grant a permission, in the order of the settings. */
export const groupsGranting = (rules: AccessRules, permission: Permission): string[] =>
  grantees(rules, permission).filter(isGroup);

/** The users of those whom a refusal names. */
export const usersNamed = (rules: AccessRules, permission: Permission): string[] =>
  grantees(rules, permission).filter(isUser).slice(0, NAMED_MAX);

/** Decides for one person in one channel. A group whose members are unread grants nothing. */
export function accessOf(
  rules: AccessRules,
  asker: { user: string; channel: string },
  lookUp: GroupLookup,
  handleOf: HandleLookup = () => null,
): (permission: Permission) => AccessDecision {
  const holds = (id: string) => {
    if (!isGroup(id)) return id === asker.user;
    const { members } = lookUp(id);
    return members.state === 'read' && members.value.has(asker.user);
  };
  return (permission) => {
    const granted = grantees(rules, permission);
    const isPersonal = granted.some(holds);
    const isAllowed = isPersonal || granted.includes('everyone') || granted.includes(asker.channel);
    return {
      isAllowed,
      isPersonal,
      whoCanHelp: whoCanHelp(granted, permission, { lookUp, handleOf }),
    };
  };
}

/** True where whoever reads a channel may ask there: `everyone` has the right, or the channel. */
export function isGrantedToAll(
  rules: AccessRules,
  permission: Permission,
  channel: string,
): boolean {
  const granted = grantees(rules, permission);
  return granted.includes('everyone') || granted.includes(channel);
}

/** A person at the terminal holds the engine and the database already. */
export const fullAccess = (): AccessDecision => ({
  isAllowed: true,
  isPersonal: true,
  whoCanHelp: '',
});

const grantees = (rules: AccessRules, permission: Permission): string[] => [
  ...new Set(includes[permission].flatMap((level) => rules[level])),
];

const NAMED_MAX = 10;

/** Names in plain text: a refusal must not ping those who could help. */
function whoCanHelp(
  granted: readonly string[],
  permission: Permission,
  { lookUp, handleOf }: { lookUp: GroupLookup; handleOf: HandleLookup },
): string {
  const named = granted.filter((id) => id !== 'everyone');
  if (named.length === 0) {
    return `Nobody may do this yet: who runs Seawall can list users under access.${permission}.`;
  }
  const groups = named.filter(isGroup).map((id) => ({ id, ...lookUp(id) }));
  const names = named.map((id) =>
    nameOf(id, isUser(id) ? handleOf(id) : groups.find((group) => group.id === id)?.handle),
  );
  const unread = groups.flatMap(({ id, handle, members }) =>
    members.state === 'unread'
      ? [
          `Slack does not tell who is in ${nameOf(id, handle)} (${members.reason}): it grants nothing.`,
        ]
      : [],
  );
  return [`Those who may: ${listed(names, NAMED_MAX)}.`, ...unread].join(' ');
}

function nameOf(id: string, handle: string | null | undefined): string {
  if (isGroup(id)) return handle ? `the group @${handle}` : `the group ${id}`;
  return /^[CGD]/.test(id) ? `whoever asks in ${id}` : (handle ?? id);
}
