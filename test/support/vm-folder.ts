import { resolve } from 'node:path';

/** Where images of machines lie, which take minutes to make and half a gigabyte each. */
export const vmFolder =
  process.env.SEAWALL_VM_FOLDER ?? resolve(import.meta.dirname, '../../.cache/vm');
