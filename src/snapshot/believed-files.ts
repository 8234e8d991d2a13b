import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { HostFileDoor, KernelDoor } from './collector.ts';
import type { ManyNamed } from './facts/host-processes.ts';

/** Files that root believes: one of another name is changed with it. */
export const BELIEVED: readonly string[] = [
  ...['/etc/passwd', '/etc/shadow', '/etc/group', '/etc/gshadow', '/etc/sudoers', '/etc/crontab'],
  ...['/etc/profile', '/etc/bash.bashrc', '/etc/environment', '/etc/fstab', '/etc/nsswitch.conf'],
  ...['/etc/ld.so.cache', '/etc/ld.so.preload', '/etc/ld.so.conf', '/etc/ssh/sshd_config'],
  ...['/root/.ssh/authorized_keys', '/root/.bashrc', '/root/.profile', '/etc/docker/daemon.json'],
];

/**
 * Those of them that have a second name in their filesystem, wherever that lies: no call tells the names of a file, but
 * every file how many it has.
 */
export async function filesOfManyNames(
  files: Pick<HostFileDoor, 'lookInto'>,
  kernel: Pick<KernelDoor, 'countNames'>,
): Promise<Reading<ManyNamed>> {
  try {
    const there = await files.lookInto(BELIEVED, async ({ shown }) => shown);
    if (there.length === 0) return read({ files: [], uncounted: [] });
    const counts = await kernel.countNames(there);
    return read({
      files: there.filter((path) => (counts.get(path) ?? 1) > 1),
      uncounted: there.filter((path) => !counts.has(path)),
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return unread(error.message);
  }
}
