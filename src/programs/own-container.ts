import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { OwnContainer } from '../ports/own-container.ts';

export interface ProcessFiles {
  /** Text of `/proc/self/cgroup` and of `/proc/self/mountinfo`; empty where there is none. */
  cgroup: string;
  mountinfo: string;
  hostname: string;
}

const CGROUP = /[/-]([0-9a-f]{64})(\.scope)?(\/|$)/m;
/** Files that engines keep for a container and mount into it. */
const MOUNT =
  /^\d+ \d+ \S+ \S*\/([0-9a-f]{64})\/(?:userdata\/)?(?:hostname|hosts|resolv\.conf) \/etc\/(?:hostname|hosts|resolv\.conf) /m;
const SHORT_ID = /^[0-9a-f]{12}$/;

/**
 * In which container a process runs, by what the kernel tells it of itself; null when nothing points
 * to one. The control group is its own; the files in /etc, and the name of the machine, are those of
 * the container whose network it uses. Nobody outside of the container can choose what these say.
 */
export function ownContainer(files: ProcessFiles): OwnContainer | null {
  const byGroup = CGROUP.exec(files.cgroup)?.[1];
  if (byGroup !== undefined) return { id: byGroup, isNetworkOwners: false };
  const byMount = MOUNT.exec(files.mountinfo)?.[1];
  if (byMount !== undefined) return { id: byMount, isNetworkOwners: true };
  return SHORT_ID.test(files.hostname) ? { id: files.hostname, isNetworkOwners: true } : null;
}

/** Reads what `ownContainer` judges; a system without /proc has nothing of it. */
export const readProcessFiles = (): ProcessFiles => ({
  cgroup: textOrEmpty('/proc/self/cgroup'),
  mountinfo: textOrEmpty('/proc/self/mountinfo'),
  hostname: hostname(),
});

function textOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
