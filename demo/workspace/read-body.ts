import type { IncomingMessage } from 'node:http';

/** A body is longer than the workspace takes. */
export class BodyTooLarge extends Error {}

/** Reads a body of at most `limitBytes`; rejects with `BodyTooLarge` beyond, with nothing kept. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length']) > limitBytes) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection stays for the answer that says so.
  const parts = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of parts) {
    size += chunk.length;
    if (size > limitBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
