import { tunnelLimits as limits } from './limits.ts';

// What goes through a tunnel once both ends have proved who they are: a byte for the kind, four for the
// number of the call, and the rest. Both ends read with these functions alone, and end the connection
// for whatever they refuse.

/** The other end does not keep to the protocol; the connection is worth nothing any more. */
export class TunnelError extends Error {}

/** A call as the hub asks for it: nothing of it has been checked against the list yet. */
export interface TunnelRequest {
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
}

/** Status and headers of an engine's answer, names in lower case. */
export interface TunnelHead {
  status: number;
  headers: Readonly<Record<string, string>>;
}

/** Why there is no answer, or no more of it. */
export const failureKinds = ['unreachable', 'timeout', 'cut', 'too-large', 'busy'] as const;
export type FailureKind = (typeof failureKinds)[number];

/** From the hub to an edge. */
export type HubFrame =
  | { kind: 'request'; id: number; request: TunnelRequest }
  /** So many more bytes of the answer may come. */
  | { kind: 'grant'; id: number; bytes: number }
  | { kind: 'cancel'; id: number }
  /** The edge shall make itself a new key. */
  | { kind: 'rotate' }
  /** The key that it made holds from now on. */
  | { kind: 'rotated' };

/** From an edge to the hub. */
export type EdgeFrame =
  | { kind: 'head'; id: number; head: TunnelHead }
  | { kind: 'data'; id: number; data: Buffer }
  | { kind: 'end'; id: number }
  | { kind: 'failed'; id: number; why: FailureKind; detail: string }
  /** A new public key, signed by the old one and by itself. */
  | { kind: 'new-key'; key: string; byOld: string; byNew: string };

const HEADER_BYTES = 5;
const ID_MAX = 0xffff_ffff;
const DETAIL_MAX = 300;
const HEADERS_MAX = 32;
const QUERY_MAX = 16;
const KEY_MAX = 64;
const SIGNATURE_MAX = 128;

type Frame = HubFrame | EdgeFrame;
/** How a kind of frame is written: its byte, how much may stand behind the header, and what does. */
interface Form<F extends Frame> {
  code: number;
  bytesMax: number;
  write(frame: F): Buffer;
  /** Throws `TunnelError` for what is none. `rest` has no more than `bytesMax`. */
  read(rest: Buffer, id: number): F;
}
type Forms<F extends Frame> = { [Kind in F['kind']]: Form<Extract<F, { kind: Kind }>> };

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value), 'utf8');
/** One of which the header says all. */
const bare = <F extends Frame>(code: number, read: (rest: Buffer, id: number) => F): Form<F> => ({
  ...{ code, read, bytesMax: 0 },
  write: () => Buffer.alloc(0),
});

const ofHub: Forms<HubFrame> = {
  request: {
    ...{ code: 1, bytesMax: limits.requestBytes },
    write: ({ request }) => json(request),
    read: (rest, id) => ({ kind: 'request', id, request: readRequest(rest) }),
  },
  grant: {
    ...{ code: 2, bytesMax: 4 },
    write({ bytes: granted }) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(granted, 0);
      return bytes;
    },
    read(rest, id) {
      if (rest.length !== 4) throw new TunnelError('a grant has four bytes');
      return { kind: 'grant', id, bytes: rest.readUInt32BE(0) };
    },
  },
  cancel: bare(3, (_rest, id) => ({ kind: 'cancel', id })),
  rotate: bare(4, () => ({ kind: 'rotate' })),
  rotated: bare(5, () => ({ kind: 'rotated' })),
};

const ofEdge: Forms<EdgeFrame> = {
  head: {
    ...{ code: 16, bytesMax: limits.headBytes },
    write: ({ head }) => json(head),
    read: (rest, id) => ({ kind: 'head', id, head: readHead(rest) }),
  },
  data: {
    ...{ code: 17, bytesMax: limits.dataBytes },
    write: ({ data }) => data,
    read(rest, id) {
      if (rest.length === 0) throw new TunnelError('a part of an answer is empty');
      return { kind: 'data', id, data: rest };
    },
  },
  end: bare(18, (_rest, id) => ({ kind: 'end', id })),
  failed: {
    ...{ code: 19, bytesMax: 2048 },
    write: ({ why, detail }) => json({ why, detail: detail.slice(0, DETAIL_MAX) }),
    read(rest, id) {
      const { why, detail } = readObject(rest);
      const known = failureKinds.find((kind) => kind === why);
      if (known === undefined) throw new TunnelError('a failure has no known reason');
      return { kind: 'failed', id, why: known, detail: textIn(detail, DETAIL_MAX) };
    },
  },
  'new-key': {
    ...{ code: 20, bytesMax: 2048 },
    write: ({ key, byOld, byNew }) => json({ key, byOld, byNew }),
    read(rest) {
      const { key, byOld, byNew } = readObject(rest);
      return {
        kind: 'new-key',
        key: textIn(key, KEY_MAX),
        byOld: textIn(byOld, SIGNATURE_MAX),
        byNew: textIn(byNew, SIGNATURE_MAX),
      };
    },
  },
};

/** As far as writing goes they are one. */
const forms = { ...ofHub, ...ofEdge } as unknown as Record<Frame['kind'], Form<Frame>>;

/** The bytes of a frame. Throws `TunnelError` for one that the other end would refuse. */
export function writeFrame(frame: HubFrame | EdgeFrame): Buffer {
  const { code, bytesMax, write } = forms[frame.kind];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(code, 0);
  header.writeUInt32BE('id' in frame ? frame.id : 0, 1);
  const rest = write(frame);
  if (rest.length > bytesMax) {
    throw new TunnelError(`${frame.kind} has ${rest.length} bytes, more than ${bytesMax}`);
  }
  return Buffer.concat([header, rest]);
}

/** What the hub sent. Throws `TunnelError` for anything that is no frame of a hub. */
export const readHubFrame = (bytes: Buffer): HubFrame => readFrame<HubFrame>(bytes, ofHub, 'a hub');

/** What an edge sent. Throws `TunnelError` for anything that is no frame of an edge. */
export const readEdgeFrame = (bytes: Buffer): EdgeFrame =>
  readFrame<EdgeFrame>(bytes, ofEdge, 'an edge');

function readFrame<F extends Frame>(bytes: Buffer, forms: Forms<F>, who: string): F {
  if (bytes.length < HEADER_BYTES) throw new TunnelError('a frame is too short');
  const [code, rest] = [bytes.readUInt8(0), bytes.subarray(HEADER_BYTES)];
  const found = Object.entries<Form<F>>(forms).find(([, form]) => form.code === code);
  if (found === undefined) throw new TunnelError(`${who} sends no frame of the kind ${code}`);
  const [kind, { bytesMax, read }] = found;
  if (rest.length > bytesMax) throw new TunnelError(`${kind} has more than ${bytesMax} bytes`);
  return read(rest, bytes.readUInt32BE(1));
}

function readRequest(rest: Buffer): TunnelRequest {
  const { method, path, query } = readObject(rest);
  return {
    method: textIn(method, 16),
    path: textIn(path, limits.requestBytes),
    query: textsIn(query, QUERY_MAX),
  };
}

function readHead(rest: Buffer): TunnelHead {
  const { status, headers } = readObject(rest);
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 100 || status > 999) {
    throw new TunnelError('an answer has no status');
  }
  return { status, headers: textsIn(headers, HEADERS_MAX) };
}

function readObject(rest: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(rest.toString('utf8'));
  } catch {
    throw new TunnelError('a frame is no JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TunnelError('a frame is no object');
  }
  return Object.assign(Object.create(null), value);
}

function textIn(value: unknown, most: number): string {
  if (typeof value !== 'string' || value.length > most) {
    throw new TunnelError('a frame has no text where one belongs');
  }
  return value;
}

function textsIn(value: unknown, most: number): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TunnelError('a frame has no names and values where they belong');
  }
  const entries = Object.entries(value);
  if (entries.length > most) throw new TunnelError(`a frame has more than ${most} names`);
  return Object.fromEntries(
    entries.map(([name, text]) => [textIn(name, 256), textIn(text, limits.requestBytes)]),
  );
}

/** The number after this one; a connection that has used them all has ended long ago. */
export const nextId = (id: number): number => (id >= ID_MAX ? 1 : id + 1);
