import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import { pack } from 'tar-stream';
import { OutsideError } from '../shared/errors.ts';
import { table } from '../shared/table.ts';
import { limits } from './limits.ts';

/** Where distributions put it: Debian's busybox-static, and Alpine's busybox-static as the second. */
const PLACES = ['/usr/bin/busybox', '/bin/busybox', '/bin/busybox.static'];

/** The engine's word for an architecture → number in an ELF header (elf.h). */
const MACHINES = table<number>({ amd64: 62, arm64: 183 });
const PT_INTERP = 3;

/** The one file of the probe's image, as a tar that is the same whenever it is made. */
export interface ProbeProgram {
  tar: Buffer;
  /** `sha256:<hex>` of the tar, which engines call the digest of the layer. */
  layer: string;
}

/**
 * Finds the static busybox that a probe consists of: at the path given, else where distributions
 * put it. Nothing is ever pulled. Rejects with `OutsideError` that says why there is none for an
 * engine of this architecture (`amd64`, `arm64`).
 */
export async function findProbeProgram(architecture: string, path?: string): Promise<ProbeProgram> {
  const machine = MACHINES.get(architecture);
  if (machine === undefined) {
    throw unusable(`there is none for the architecture ${JSON.stringify(architecture)}`);
  }
  const problems: string[] = [];
  for (const place of path === undefined ? PLACES : [path]) {
    const found = await readProgram(place);
    const problem = typeof found === 'string' ? found : problemOf(found, machine, architecture);
    if (problem === null) return packProgram(found as Buffer);
    problems.push(`${place} ${problem}`);
  }
  throw unusable(
    `no static busybox: ${problems.join(', ')}; install one beside Seawall (Debian: busybox-static) or name it with \`busybox\` of the host`,
  );
}

const unusable = (detail: string) => new OutsideError('probe-unusable', detail);

/** Content of a file, or why there is none. */
async function readProgram(path: string): Promise<Buffer | string> {
  try {
    const found = await stat(path);
    if (!found.isFile()) return 'is no file';
    if (found.size > limits.probeProgramBytes) return 'is too large';
    return await readFile(path);
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : String(error);
    return code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
  }
}

/** Why this file cannot be the only one of an image; null when it can. */
function problemOf(program: Buffer, machine: number, architecture: string): string | null {
  const isElf64 = program.length >= 64 && program.subarray(0, 6).equals(ELF64_LITTLE_ENDIAN);
  if (!isElf64 || !program.includes('BusyBox v')) return 'is no busybox';
  if (program.readUInt16LE(18) !== machine) return `is not made for ${architecture}`;
  const start = Number(program.readBigUInt64LE(32));
  const size = program.readUInt16LE(54);
  const count = program.readUInt16LE(56);
  if (start + size * count > program.length) return 'is no busybox';
  const headers = Array.from({ length: count }, (_, i) => program.readUInt32LE(start + size * i));
  return headers.includes(PT_INTERP) ? 'is not static' : null;
}

const ELF64_LITTLE_ENDIAN = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);

/** The root is named as well: what nobody may enter holds no program that nobody could run. */
async function packProgram(program: Buffer): Promise<ProbeProgram> {
  const always = { mode: 0o755, uid: 0, gid: 0, mtime: new Date(0) };
  const archive = pack();
  archive.entry({ ...always, name: './', type: 'directory' });
  archive.entry({ ...always, name: './busybox' }, program);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  const tar = Buffer.concat(chunks);
  return { tar, layer: `sha256:${createHash('sha256').update(tar).digest('hex')}` };
}
