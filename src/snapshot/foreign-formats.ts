import { ownerFormat, privilegedFilesFormat } from './archive/archive-headers.ts';
import { osReleaseFormat, passwdFormat, textFormat } from './archive/single-file.ts';
import type { ForeignFormat } from './foreign-format.ts';
import { membersFormat } from './normalise/proc-cgroup.ts';
import { databaseFormats } from './packages/package-formats.ts';
import {
  kernelFormat,
  listenersFormat,
  missingFormat,
  nameCountFormat,
  pidListFormat,
  printedFilesFormat,
  threadListFormat,
} from './probe-formats.ts';

/** Every format that a worker reads, with its bounds. */
export const foreignFormats = [
  ...databaseFormats,
  osReleaseFormat,
  passwdFormat,
  textFormat,
  privilegedFilesFormat,
  ownerFormat,
  printedFilesFormat,
  pidListFormat,
  threadListFormat,
  nameCountFormat,
  membersFormat,
  missingFormat,
  kernelFormat,
  listenersFormat,
] as const;

/** Finds a format by its name. Throws for an unknown one, which would be a bug of ours. */
export function formatNamed(name: string): ForeignFormat<unknown, unknown> {
  const found = foreignFormats.find((one) => one.name === name);
  if (!found) throw new Error(`There is no format ${name}`);
  return found as ForeignFormat<unknown, unknown>;
}
