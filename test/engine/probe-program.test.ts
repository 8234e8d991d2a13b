import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { findProbeProgram } from '../../src/engine/probe-program.ts';
import { OutsideError } from '../../src/shared/errors.ts';
import { elf } from '../support/elf.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();

function write(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function astray(): Buffer {
  const program = elf({ machine: 62 });
  program.writeBigUInt64LE(2n ** 40n, 32);
  return program;
}

it('becomes a tar of one file that anybody may run, the same each time', async () => {
  const program = elf({ machine: 62 });
  const path = write('busybox', program);

  const { tar, layer } = await findProbeProgram('amd64', path);
  const again = await findProbeProgram('amd64', path);

  const entries: unknown[] = [];
  const archive = extract();
  archive.end(tar);
  for await (const entry of archive) {
    const { name, type, mode, uid, gid } = entry.header;
    const chunks: Buffer[] = [];
    for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
    entries.push({ name, type, mode, uid, gid, isProgram: Buffer.concat(chunks).equals(program) });
  }
  const common = { mode: 0o755, uid: 0, gid: 0 };
  expect(entries).toEqual([
    { name: './', type: 'directory', ...common, isProgram: false },
    { name: './busybox', type: 'file', ...common, isProgram: true },
  ]);
  expect(layer).toBe(`sha256:${createHash('sha256').update(tar).digest('hex')}`);
  expect(again.layer).toBe(layer);
});

it.each<[string, string, Buffer | string, string]>([
  ['of another machine', 'arm', elf({ machine: 183 }), 'is not made for amd64'],
  ['that needs libraries', 'dynamic', elf({ machine: 62, isDynamic: true }), 'is not static'],
  ['that is something else', 'true', elf({ machine: 62, text: 'coreutils' }), 'is no busybox'],
  ['that is a script', 'script', '#!/bin/sh\necho BusyBox v1\n', 'is no busybox'],
  ['whose headers lead astray', 'wild', astray(), 'is no busybox'],
  ['that is empty', 'empty', '', 'is no busybox'],
  ['that is too large', 'large', Buffer.alloc(17 * 1024 * 1024), 'is too large'],
])('is none %s', async (_, name, content, problem) => {
  const path = write(name, content);
  const found = findProbeProgram('amd64', path);

  await expect(found).rejects.toBeInstanceOf(OutsideError);
  await expect(found).rejects.toThrow(`no static busybox: ${path} ${problem}`);
});

it('is none that is a folder or not there', async () => {
  mkdirSync(join(folder, 'sub'));
  chmodSync(join(folder, 'sub'), 0o755);

  await expect(findProbeProgram('amd64', join(folder, 'sub'))).rejects.toThrow('is no file');
  await expect(findProbeProgram('amd64', join(folder, 'no'))).rejects.toThrow('is not there');
});

it('is none for a machine that the profile does not know', async () => {
  await expect(findProbeProgram('riscv64')).rejects.toThrow('architecture "riscv64"');
});
