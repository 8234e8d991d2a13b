import { linesIn } from '../../shared/text.ts';
import {
  type GroupFile,
  groupFiles,
  machineFiles,
  type ProbePath,
  type ProcFile,
  procFiles,
} from '../collector.ts';

const PROCESS = new RegExp(
  `^/proc/(self|[1-9]\\d{0,9})(/task/[1-9]\\d{0,9})?/(${procFiles.join('|')})$`,
);
const TREE = '/sys/fs/cgroup';
/** What engines and systemd make of names; anything else, such as a blank, is not looked up. */
const GROUP_FOLDER = /^(\/[A-Za-z0-9_.@\\-]{1,255}){0,32}$/;
const PATH_CHARACTERS_MAX = 4096;

/** Whether a folder below `/sys/fs/cgroup` can be asked for: words of plain letters, none that leads up. */
export const isGroupFolder = (folder: string): boolean =>
  folder.length < PATH_CHARACTERS_MAX / 2 &&
  GROUP_FOLDER.test(folder) &&
  !/\/\.{1,2}(\/|$)/.test(folder);

/** How a file below /proc is named in the output of the probe, and as an argument of it. */
export const procPath = (pid: number | 'self', file: ProcFile, thread?: number): string =>
  thread === undefined ? `/proc/${pid}/${file}` : `/proc/${pid}/task/${thread}/${file}`;

/** The same of a file of a control group. */
export const groupPath = (group: string, file: GroupFile): string => `${TREE}${group}/${file}`;

/** The same of any file; throws for one that no probe may read, which would be a bug of ours. */
export function probePath(asked: ProbePath): string {
  if ('machine' in asked && machineFiles.includes(asked.machine)) return asked.machine;
  const path =
    'group' in asked
      ? groupPath(asked.group, asked.file)
      : 'pid' in asked
        ? procPath(asked.pid, asked.file, asked.thread)
        : '';
  if (!isProbePath(path)) throw new Error(`A probe reads no ${JSON.stringify(asked)}`);
  return path;
}

export function isProbePath(path: string): boolean {
  if (PROCESS.test(path) || machineFiles.some((one) => one === path)) return true;
  const cut = path.lastIndexOf('/');
  return (
    path.startsWith(`${TREE}/`) &&
    isGroupFolder(path.slice(TREE.length, cut)) &&
    groupFiles.some((file) => file === path.slice(cut + 1))
  );
}

/**
 * The texts of the files that `grep -sH ''` printed, by path. It puts the path, which holds no colon, in
 * front of every line, so whatever a file holds, a line of it cannot pass for one of another file. Of an
 * output that was cut the last file is left out, since it may lack its end.
 */
export function splitProbeOutput(output: string, isCut: boolean): Map<string, string> {
  const files = new Map<string, string[]>();
  let latest = '';
  for (const line of linesIn(output)) {
    const path = line.slice(0, line.slice(0, PATH_CHARACTERS_MAX).indexOf(':'));
    const lines = files.get(path);
    if (!lines && !isProbePath(path)) continue;
    latest = path;
    const content = line.slice(path.length + 1);
    if (lines) lines.push(content);
    else files.set(path, [content]);
  }
  if (isCut) files.delete(latest);
  return new Map([...files].map(([path, lines]) => [path, lines.join('\n')]));
}
