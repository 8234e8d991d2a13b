import fc from 'fast-check';
import {
  type EdgeFrame,
  failureKinds,
  type HubFrame,
  readEdgeFrame,
  readHubFrame,
  TunnelError,
  writeFrame,
} from '../../src/tunnel/frames.ts';
import { tunnelLimits } from '../../src/tunnel/limits.ts';

const id = fc.nat(0xffff_ffff);
const texts = fc.dictionary(
  fc.string({ maxLength: 20 }).filter((name) => name !== '__proto__'),
  fc.string({ maxLength: 50 }),
  { maxKeys: 10, noNullPrototype: true },
);
const hubFrame: fc.Arbitrary<HubFrame> = fc.oneof(
  fc.record({
    kind: fc.constant('request' as const),
    id,
    request: fc.record({ method: fc.string({ maxLength: 16 }), path: fc.string(), query: texts }),
  }),
  fc.record({ kind: fc.constant('grant' as const), id, bytes: fc.nat(0xffff_ffff) }),
  fc.record({ kind: fc.constant('cancel' as const), id }),
  fc.constantFrom<HubFrame>({ kind: 'rotate' }, { kind: 'rotated' }),
);
const edgeFrame: fc.Arbitrary<EdgeFrame> = fc.oneof(
  fc.record({
    kind: fc.constant('head' as const),
    id,
    head: fc.record({ status: fc.integer({ min: 100, max: 999 }), headers: texts }),
  }),
  fc.record({
    kind: fc.constant('data' as const),
    id,
    data: fc.uint8Array({ minLength: 1, maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({ kind: fc.constant('end' as const), id }),
  fc.record({
    kind: fc.constant('failed' as const),
    id,
    why: fc.constantFrom(...failureKinds),
    detail: fc.string({ maxLength: 100 }),
  }),
);

test('what one end writes the other reads', () => {
  fc.assert(
    fc.property(hubFrame, (frame) => {
      expect(readHubFrame(writeFrame(frame))).toEqual(frame);
    }),
  );
  fc.assert(
    fc.property(edgeFrame, (frame) => {
      expect(readEdgeFrame(writeFrame(frame))).toEqual(frame);
    }),
  );
});

/** Reads bytes of a stranger; a frame is fine, and so is a refusal. */
const readAny = (read: (bytes: Buffer) => unknown, bytes: Buffer): void => {
  try {
    read(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(TunnelError);
  }
};

test('any bytes are a frame, or refused as none', () => {
  const kind = fc.constantFrom(1, 2, 3, 4, 5, 16, 17, 18, 19, 20, 255);
  const rest = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(kind, id, rest, (code, number, payload) => {
      const header = Buffer.alloc(5);
      header.writeUInt8(code, 0);
      header.writeUInt32BE(number, 1);
      const bytes = Buffer.concat([header, payload]);
      for (const read of [readHubFrame, readEdgeFrame]) {
        readAny(read, bytes);
        readAny(read, bytes.subarray(0, bytes.length % 7));
      }
    }),
  );
});

test('what is too large is written and read by nobody', () => {
  const data = Buffer.alloc(tunnelLimits.dataBytes + 1);
  const path = 'x'.repeat(tunnelLimits.requestBytes);
  expect(() => writeFrame({ kind: 'data', id: 1, data })).toThrow(TunnelError);
  expect(() => readEdgeFrame(Buffer.concat([Buffer.from([17, 0, 0, 0, 1]), data]))).toThrow(
    TunnelError,
  );
  expect(() =>
    writeFrame({ kind: 'request', id: 1, request: { method: 'GET', path, query: {} } }),
  ).toThrow(TunnelError);
});
