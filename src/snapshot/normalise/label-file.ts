import type { ProcFile } from '../collector.ts';
import { type Foreign, field, listOrEmpty, text, textOrEmpty } from '../foreign.ts';

/** Since then AppArmor has a folder of its own beside other modules (Linux `fs/proc/base.c`). */
const FOLDER_SINCE = [5, 8] as const;

/** Whether an engine, by its `/info`, puts containers under this module. */
export const hasSecurityModule = (info: Foreign, name: 'apparmor' | 'selinux'): boolean =>
  listOrEmpty(field(info, 'SecurityOptions'))
    .map(text)
    .some((option) => option.split(',').includes(`name=${name}`));

/** Where the kernel of an engine, by its `/info`, tells the label of a process; null for no such module. */
export function labelFileOf(info: Foreign): ProcFile | null {
  const isSelinux = hasSecurityModule(info, 'selinux');
  if (!hasSecurityModule(info, 'apparmor')) return isSelinux ? 'attr/current' : null;
  const version = /^(\d{1,4})\.(\d{1,4})/.exec(textOrEmpty(field(info, 'KernelVersion')));
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  const [sinceMajor, sinceMinor] = FOLDER_SINCE;
  const hasFolder = major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
  return hasFolder ? 'attr/apparmor/current' : 'attr/current';
}
