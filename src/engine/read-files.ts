import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { extract } from 'tar-stream';
import { OutsideError } from '../shared/errors.ts';
import type { ArchivedFile } from '../snapshot/archived-file.ts';
import { requireGood } from './read-answer.ts';

/**
 * Regular files of a tar answer as bytes, each held once: a package database has some MB. `what`
 * names the call. Rejects with `OutsideError`, also where they have more than `bytesMax` together.
 */
export async function readFiles(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
  bytesMax: number,
): Promise<ArchivedFile[]> {
  await requireGood(response, what, signal);
  addAbortSignal(signal, response);
  const tar = extract();
  const broken: Error[] = [];
  response.on('error', (error) => {
    broken.push(error);
    tar.destroy(error);
  });
  response.pipe(tar);
  const files: ArchivedFile[] = [];
  let left = bytesMax;
  try {
    for await (const entry of tar) {
      const { name, type, size } = entry.header;
      const isFile = type === 'file' || type === 'contiguous-file';
      left -= size;
      if (left < 0) {
        const detail = `${what}: files of more than ${Math.floor(bytesMax / 1024)} KB`;
        throw new OutsideError('engine-answer-too-large', detail);
      }
      const bytes = Buffer.alloc(isFile ? size : 0);
      let at = 0;
      for await (const chunk of entry as AsyncIterable<Buffer>) {
        if (isFile) at += chunk.copy(bytes, at);
      }
      if (isFile) files.push({ name, bytes });
    }
    return files;
  } catch (cause) {
    const [connection] = broken;
    if (connection) throw connection;
    if (cause instanceof OutsideError) throw cause;
    throw new OutsideError('engine-invalid-answer', `${what}: not a tar archive`, { cause });
  } finally {
    response.destroy();
  }
}
