import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRootFilesystem } from '../../support/real-engine.ts';
import { tameFirstThread } from './thread-program.ts';

export const truthImage = 'truth:1.0';

/**
 * Makes the image of the odd containers: the base image, and `/bin/threads`, which is set-uid root (see
 * `tameFirstThread`). What is needed for it lies in the given folder.
 */
export function importTruthImage(docker: (...words: string[]) => string, folder: string): void {
  const own = join(folder, 'truth');
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  const files = makeRootFilesystem(own);
  const program = join(files, 'bin/threads');
  writeFileSync(program, tameFirstThread());
  chmodSync(program, 0o4755);
  const archive = join(own, 'image.tar');
  execFileSync('tar', ['-C', files, '-cf', archive, '.']);
  docker('import', archive, truthImage);
}
