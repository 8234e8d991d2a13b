import { OutsideError } from '../shared/errors.ts';
import { JsonMeter } from '../shared/json-meter.ts';
import { isRecord } from '../shared/record.ts';
import type {
  FoundProgram,
  LanguageEcosystem,
  LanguagePackage,
  UnreadFile,
} from './filesystem-inventory.ts';

/** What one file tells. */
export interface Finding {
  packages: LanguagePackage[];
  programs: FoundProgram[];
  unread: UnreadFile[];
}

export const nothing: Finding = { packages: [], programs: [], unread: [] };

/** One kind of files that tell what is installed, known by their paths and held whole. */
export interface FileKind {
  /** What it reads, for the page of foreign bytes. */
  about: string;
  bytesMax: number;
  /** Whose packages it only says more of: what has its name may be a program, and what is no such file hides nothing. */
  copiesOf?: LanguageEcosystem;
  matches(path: string): boolean;
  /** Throws, or rejects with, `UnreadableFile` for what cannot be read. */
  read(bytes: Buffer, path: string): Finding | Promise<Finding>;
}

/** A file of which it is unknown what it holds; the message is the reason. */
export class UnreadableFile extends Error {}

export const findingOf = (packages: LanguagePackage[]): Finding => ({ ...nothing, packages });

/** The last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A record of JSON. Throws `UnreadableFile`. */
export function jsonRecord(bytes: Uint8Array): Record<string, unknown> {
  const value = jsonValue(bytes);
  if (!isRecord(value)) throw new UnreadableFile('it is no record of JSON');
  return value;
}

/** The same, and an empty one for anything else. */
export function jsonOrEmpty(bytes: Uint8Array): Record<string, unknown> {
  try {
    return jsonRecord(bytes);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return {};
  }
}

/** A project of 300 packages in Composer’s `installed.json` has 30,000. */
const VALUES_MAX = 300_000;

/** Any value of JSON. Throws `UnreadableFile`. */
export function jsonValue(bytes: Uint8Array): unknown {
  requireFewValues(bytes);
  try {
    // A mark of the byte order is left out by the decoder.
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new UnreadableFile('it is no JSON');
  }
}

/** Parsed, `{},` takes twenty times as much, and the memory would not do for the other files. */
function requireFewValues(bytes: Uint8Array): void {
  try {
    new JsonMeter({ bytes: bytes.length, values: VALUES_MAX }, 'JSON').take(bytes);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    throw new UnreadableFile(error.detail);
  }
}
