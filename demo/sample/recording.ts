import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { SampleHost } from './timeline.ts';

/** What a real engine answered to every call of a scan, at each step of the timeline. */
export interface Recording {
  /** In the order in which they were recorded. */
  steps: readonly RecordedStep[];
  answers: readonly RecordedAnswer[];
}

export interface RecordedStep {
  id: string;
  /** When its recording began, in epoch milliseconds. */
  from: number;
  /** `GET /containers/json?all=1` → place in `answers`. */
  calls: Readonly<Record<string, number>>;
}

export interface RecordedAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: { text: string } | { archive: string };
}

/** Reads `recordings/<host>.json.br`. Throws when it is missing: the package is then incomplete. */
export function readRecording(host: SampleHost): Recording {
  return JSON.parse(unpack(`${host}.json.br`).toString('utf8')) as Recording;
}

/** The bytes of a recorded archive. */
export const readArchive = (name: string): Buffer => unpack(join('archives', `${name}.br`));

const unpack = (file: string): Buffer =>
  brotliDecompressSync(
    readFileSync(join(findPackageRoot(import.meta.dirname), 'demo/sample/recordings', file)),
  );

/** The recordings are not built: they stand in the package where they stand in a checkout. */
function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${start}`);
  }
}
