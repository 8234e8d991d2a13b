import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRootFilesystem } from '../../support/real-engine.ts';
import {
  dropBounding,
  enterInThread,
  leaveFirstThread,
  leaveMountsInThread,
  openRootInThread,
  tameFirstThread,
  uncoverInThread,
} from './thread-program.ts';

export const truthImage = 'truth:1.0';

/** The first every container has, the other one does not. */
const capable = { 'busybox-raw': 'cap_net_raw', 'busybox-admin': 'cap_sys_admin' };

/**
 * Makes the image of the odd containers: the base image, a second name of the group of root, `/bin/threads` and
 * `/bin/thread-left`, which are set-uid root (see `tameFirstThread`, `leaveFirstThread`), programs of two threads that
 * are not alike, and busybox with capabilities of a file by two names. What is needed for it lies in the given folder.
 */
export function importTruthImage(docker: (...words: string[]) => string, folder: string): void {
  const own = join(folder, 'truth');
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  const files = makeRootFilesystem(own);
  const setUid = { threads: tameFirstThread(), 'thread-left': leaveFirstThread() };
  for (const [name, program] of Object.entries(setUid)) {
    writeFileSync(join(files, 'bin', name), program);
    chmodSync(join(files, 'bin', name), 0o4755);
  }
  const programs = {
    'thread-apart': uncoverInThread('/proc/keys'),
    'thread-leaves': leaveMountsInThread(),
    'thread-writes': openRootInThread(),
    'thread-enters': enterInThread('/proc/1/ns/net'),
    'drop-bounding': dropBounding(),
  };
  for (const [name, program] of Object.entries(programs)) {
    writeFileSync(join(files, 'bin', name), program, { mode: 0o755 });
  }
  writeFileSync(join(files, 'etc/group'), 'root:x:0:\nwheel:x:0:\nwww:x:1000:\n');
  for (const [name, capability] of Object.entries(capable)) {
    const path = join(files, 'bin', name);
    copyFileSync(join(files, 'bin/busybox'), path);
    chmodSync(path, 0o755);
    execFileSync('setcap', [`${capability}+ep`, path]);
  }
  const archive = join(own, 'image.tar');
  execFileSync('tar', ['-C', files, '--xattrs', '--xattrs-include=*', '-cf', archive, '.']);
  docker('import', archive, truthImage);
}
