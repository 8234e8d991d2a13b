import { OutsideError } from '../shared/errors.ts';

/**
 * Cuts a stream of bytes into lines of text, empty ones left out. `push` throws `OutsideError` for a
 * line of more bytes than allowed, and what `onLine` throws. `what` names the call.
 */
export function createLines(
  bytesMax: number,
  what: string,
  onLine: (line: string) => void,
): { push(chunk: Buffer): void } {
  let held: Buffer[] = [];
  let heldBytes = 0;
  const hold = (part: Buffer): void => {
    heldBytes += part.length;
    if (heldBytes > bytesMax) {
      const detail = `${what}: a line of more than ${bytesMax / 1024} KB`;
      throw new OutsideError('engine-answer-too-large', detail);
    }
    held.push(part);
  };
  return {
    push(chunk) {
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(0x0a, start);
        hold(chunk.subarray(start, end === -1 ? undefined : end));
        if (end === -1) return;
        const line = Buffer.concat(held).toString('utf8').trim();
        held = [];
        heldBytes = 0;
        start = end + 1;
        if (line !== '') onLine(line);
      }
    },
  };
}
