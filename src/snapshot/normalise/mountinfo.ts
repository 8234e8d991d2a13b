import { withoutUserinfo } from '../../shared/mask-secrets.ts';
import { linesIn } from '../../shared/text.ts';
import type { KernelMount } from '../facts/kernel.ts';
import { wrongProcFile } from './proc-status.ts';
import { unescapeOctal } from './unescape-octal.ts';

/** The kernel allows a namespace ten times as many. */
export const MOUNTS_MAX = 10_000;

/**
 * The mounts of a process from the text of its `/proc/PID/mountinfo` (proc(5)), in the kernel's
 * order. Throws `OutsideError` for a line of another shape.
 */
export function mountsOfMountinfo(pid: number | 'self', text: string): KernelMount[] {
  const mounts: KernelMount[] = [];
  for (const line of linesIn(text)) {
    if (mounts.length === MOUNTS_MAX) {
      throw wrongProcFile(pid, 'mountinfo', `it has more than ${MOUNTS_MAX} mounts`);
    }
    // The kernel escapes blanks, so each one separates; a field may be empty.
    const fields = line.split(' ');
    const separator = fields.indexOf('-', 6);
    const [, , device, root, target, options] = fields;
    const [filesystem, source, ...superOptions] = fields.slice(separator + 1);
    if (separator === -1 || !target || !device || !root || !options || !filesystem) {
      throw wrongProcFile(pid, 'mountinfo', 'a line is not that of a mount');
    }
    mounts.push({
      target: unescapeOctal(target),
      root: unescapeOctal(root),
      device,
      filesystem: unescapeOctal(filesystem),
      source: withoutUserinfo(unescapeOctal(source ?? '')),
      options: options.split(','),
      superOptions: unescapeOctal(superOptions.join(' ')).split(',').filter(Boolean),
    });
  }
  return mounts;
}

/** A later mount hides those on the same place and below it. */
export function visibleMounts(table: readonly KernelMount[]): KernelMount[] {
  const covered = new Set<string>();
  return table
    .toReversed()
    .filter(({ target }) => {
      const parts = target.split('/');
      const isHidden = parts.some((_, end) =>
        covered.has(parts.slice(0, end + 1).join('/') || '/'),
      );
      if (target !== '/') covered.add(target);
      return !isHidden;
    })
    .reverse();
}

/** True for a mount, or a filesystem, that is mounted read-only. */
export const isReadonly = ({ options, superOptions }: KernelMount): boolean =>
  options.includes('ro') || superOptions.includes('ro');
