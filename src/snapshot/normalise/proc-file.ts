import { OutsideError } from '../../shared/errors.ts';
import type { ProcFile } from '../collector.ts';
import { procPath } from './probe-output.ts';

/** The error for a file of the kernel that is not as it should be; never repeats what it holds. */
export const wrongProcFile = (
  pid: number | 'self',
  file: ProcFile,
  problem: string,
): OutsideError => new OutsideError('engine-invalid-answer', `${procPath(pid, file)}: ${problem}`);
