import type { UserFact } from '../facts/user.ts';

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
  for (const line of passwd.split('\n')) {
    const [user, , uid = ''] = line.trim().split(':');
    if (user !== name) continue;
    const number = /^[+-]?\d+$/.test(uid) ? Number(uid) : 0;
    return isUid(number) ? number : null;
  }
  return null;
}

const isUid = (uid: number): boolean => uid >= 0 && uid <= 2_147_483_647;
