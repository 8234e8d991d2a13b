import type { SocketGroup } from '../facts/host-files.ts';

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
  const roots = users.filter(([, , uid]) => Number(uid) === 0 && isNumber(uid));
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
  const isRoot = (user: string) => roots.some(([root]) => root === user);
  const members = [...new Set([...listed, ...primary])].filter(
    (user) => user !== '' && !isRoot(user),
  );
  return { name, gid, members: members.sort() };
}

/** Sources of users and groups that /etc/passwd and /etc/group show. */
const LOCAL_SOURCES = ['files', 'compat', 'db', 'systemd'];

/** Where else the host looks users and groups up, by the text of /etc/nsswitch.conf; sorted. */
export function foreignGroupSources(nsswitch: string | null): string[] {
  const sources = (nsswitch ?? '')
    .split('\n')
    .map((line) => line.replace(/#.*/, ''))
    .flatMap((line) => /^\s*(?:group|passwd|initgroups)\s*:(.*)$/.exec(line)?.[1] ?? [])
    .flatMap((listed) => listed.replace(/\[[^\]]*\]/g, ' ').split(/\s+/))
    .filter((source) => source !== '' && !LOCAL_SOURCES.includes(source));
  return [...new Set(sources)].sort();
}
