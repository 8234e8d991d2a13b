import { linesIn } from '../../shared/text.ts';
import type { UserFact } from '../facts/container.ts';
import type { SocketGroup } from '../facts/host-files.ts';

/** What the user part of `Config.User` says before anything else is read. */
export type DeclaredUser =
  | { kind: 'uid'; uid: number }
  | { kind: 'name'; name: string }
  | { kind: 'invalid'; reason: string };

/**
 * Reads `user[:group]` the way runc does: nothing means root, digits are a number whatever zeros
 * lead them, and the largest number is 2^31 − 1 (moby/sys/user `GetExecUser`). `root` is uid 0.
 */
export function parseDeclaredUser(declared: string): DeclaredUser {
  const user = declared.split(':', 1)[0] ?? '';
  if (user === '' || user === 'root') return { kind: 'uid', uid: 0 };
  if (!/^[+-]?\d+$/.test(user)) return { kind: 'name', name: user };
  const uid = Number(user) || 0; // `-0` is 0 as well
  if (isUid(uid)) return { kind: 'uid', uid };
  return { kind: 'invalid', reason: 'the user number is outside 0 to 2147483647' };
}

/** The fact for a user whose name, if it is one, cannot be looked up for the reason given. */
export function userWithoutPasswd(declared: string, reason: string): UserFact {
  const user = parseDeclaredUser(declared);
  if (user.kind === 'uid') return { declared, uid: user.uid, reason: null };
  return { declared, uid: null, reason: user.kind === 'invalid' ? user.reason : reason };
}

/** The fact for a user that may be a name, given the text of the container's own `/etc/passwd`. */
export function userFromPasswd(declared: string, passwd: string): UserFact {
  const user = parseDeclaredUser(declared);
  if (user.kind !== 'name') return userWithoutPasswd(declared, '');
  const uid = uidInPasswd(passwd, user.name);
  if (uid !== null) return { declared, uid, reason: null };
  return { declared, uid, reason: "the container's /etc/passwd has no usable entry of that name" };
}

/**
 * Uid of a name by the first line that has it; null without one or with a number out of range.
 * A uid that is no number counts as 0, because runc reads it so (moby/sys/user `parseParts`).
 */
export function uidInPasswd(passwd: string, name: string): number | null {
  for (const line of linesIn(passwd)) {
    const [user, , uid = ''] = line.trim().split(':');
    if (user !== name) continue;
    const number = /^[+-]?\d+$/.test(uid) ? Number(uid) : 0;
    return isUid(number) ? number : null;
  }
  return null;
}

const isUid = (uid: number): boolean => uid >= 0 && uid <= 2_147_483_647;

const linesOf = (text: string): string[][] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));

const isNumber = (text: string | undefined): text is string => /^\d{1,10}$/.test(text ?? '');

/**
 * Who is in a group, by name or number, from the texts of /etc/group and /etc/passwd. Members count
 * by the number, which is all the kernel knows: every group of it, and every user who has it as
 * primary group. Users with uid 0 are left out, since a socket keeps nothing from them.
 */
export function socketGroup(name: string, group: string, passwd: string): SocketGroup {
  const groups = linesOf(group).filter(([, , gid]) => isNumber(gid));
  const users = linesOf(passwd);
  const roots = new Set(
    users.filter(([, , uid]) => Number(uid) === 0 && isNumber(uid)).map(([user]) => user),
  );
  const named = groups.find((one) => one[0] === name)?.[2];
  const number = named ?? (isNumber(name) ? name : undefined);
  if (number === undefined) return { name, gid: null, members: [] };

  const gid = Number(number);
  const listed = groups
    .filter((one) => Number(one[2]) === gid)
    .flatMap(([, , , members = '']) => members.split(',').map((member) => member.trim()));
  const primary = users
    .filter((user) => isNumber(user[3]) && Number(user[3]) === gid)
    .map(([user = '']) => user);
  const members = [...new Set([...listed, ...primary])].filter(
    (user) => user !== '' && !roots.has(user),
  );
  return { name, gid, members: members.sort() };
}

const LOOKED_UP = ['group', 'passwd', 'initgroups'];

/** What to do after a source stands in brackets: `files [NOTFOUND=return] ldap`. */
const withoutActions = (listed: string): string => {
  const [first = '', ...more] = listed.split('[');
  return [first, ...more.map((part) => part.slice(part.indexOf(']') + 1))].join(' ');
};

/** Sources of users and groups that /etc/passwd and /etc/group show. */
const LOCAL_SOURCES = ['files', 'compat', 'db', 'systemd'];

/** Where else the host looks users and groups up, by the text of /etc/nsswitch.conf; sorted. */
export function foreignGroupSources(nsswitch: string | null): string[] {
  const sources = (nsswitch ?? '')
    .split('\n')
    .map((line) => line.split('#', 1)[0] ?? '')
    .flatMap((line) => {
      const [database = '', ...sources] = line.split(':');
      return LOOKED_UP.includes(database.trim()) ? [sources.join(':')] : [];
    })
    .flatMap((listed) => withoutActions(listed).split(/\s+/))
    .filter((source) => source !== '' && !LOCAL_SOURCES.includes(source));
  return [...new Set(sources)].sort();
}
