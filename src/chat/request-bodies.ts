import type { IncomingMessage } from 'node:http';

/** As Bolt's receiver: Slack's own requests are far smaller. */
const BYTES_MAX = 4_000_000;
/** Of a request without signature: the check of the certificate has some fifty. */
const UNSIGNED_BYTES_MAX = 4_096;
/** Every body may have so much; what is beyond shares the room for large ones. */
const SMALL_BYTES = 64 * 1024;
const LARGE_ROOM_BYTES = 16_000_000;

export type ReadBody = { kind: 'read'; body: Buffer } | { kind: 'too-large' } | { kind: 'no-room' };

export interface RequestBodies {
  /** Reads a body, which counts as long as `until` is not settled. Rejects when the connection breaks. */
  read(request: IncomingMessage, isSigned: boolean, until: Promise<unknown>): Promise<ReadBody>;
}

/** Reads bodies of requests that nobody has checked yet, with room for all of them together. */
export function openRequestBodies(): RequestBodies {
  let largeBytes = 0;
  return {
    async read(request, isSigned, until) {
      const most = isSigned ? BYTES_MAX : UNSIGNED_BYTES_MAX;
      // Each part by itself would take a hundred times its size where parts are small.
      let body = Buffer.alloc(0);
      let size = 0;
      let large = 0;
      const leave = () => {
        largeBytes -= large;
      };
      void until.then(leave, leave);
      // The connection stays for the answer that says so.
      const parts = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      for await (const chunk of parts) {
        const before = size;
        size += chunk.length;
        if (size > most) return { kind: 'too-large' };
        const more = Math.max(0, size - SMALL_BYTES) - large;
        if (largeBytes + more > LARGE_ROOM_BYTES) return { kind: 'no-room' };
        large += more;
        largeBytes += more;
        if (size > body.length) body = Buffer.concat([body], Math.min(2 * size, most));
        chunk.copy(body, before);
      }
      return { kind: 'read', body: body.subarray(0, size) };
    },
  };
}
