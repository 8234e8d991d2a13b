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
const codes = {
  request: 1,
  grant: 2,
  cancel: 3,
  rotate: 4,
  rotated: 5,
  head: 16,
  data: 17,
  end: 18,
  failed: 19,
  'new-key': 20,
} as const;

/** The bytes of a frame. Throws `TunnelError` for one that the other end would refuse. */
export function writeFrame(frame: HubFrame | EdgeFrame): Buffer {
  const id = 'id' in frame ? frame.id : 0;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(codes[frame.kind], 0);
  header.writeUInt32BE(id, 1);
  const rest = payloadOf(frame);
  const most = mostBytes(frame.kind);
  if (rest.length > most) {
    throw new TunnelError(`${frame.kind} has ${rest.length} bytes, more than ${most}`);
  }
  return Buffer.concat([header, rest]);
}

function payloadOf(frame: HubFrame | EdgeFrame): Buffer {
  switch (frame.kind) {
    case 'request':
      return json(frame.request);
    case 'grant': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(frame.bytes, 0);
      return bytes;
    }
    case 'head':
      return json(frame.head);
    case 'data':
      return frame.data;
    case 'failed':
      return json({ why: frame.why, detail: frame.detail.slice(0, DETAIL_MAX) });
    case 'new-key':
      return json({ key: frame.key, byOld: frame.byOld, byNew: frame.byNew });
    case 'cancel':
    case 'end':
    case 'rotate':
    case 'rotated':
      return Buffer.alloc(0);
  }
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value), 'utf8');

function mostBytes(kind: keyof typeof codes): number {
  switch (kind) {
    case 'request':
      return limits.requestBytes;
    case 'grant':
      return 4;
    case 'head':
      return limits.headBytes;
    case 'data':
      return limits.dataBytes;
    case 'failed':
    case 'new-key':
      return 2048;
    case 'cancel':
    case 'end':
    case 'rotate':
    case 'rotated':
      return 0;
  }
}

/** What the hub sent. Throws `TunnelError` for anything that is no frame of a hub. */
export function readHubFrame(bytes: Buffer): HubFrame {
  const { code, id, rest } = split(bytes);
  switch (code) {
    case codes.request:
      return { kind: 'request', id, request: readRequest(within(rest, 'request')) };
    case codes.grant: {
      if (rest.length !== 4) throw new TunnelError('a grant has four bytes');
      return { kind: 'grant', id, bytes: rest.readUInt32BE(0) };
    }
    case codes.cancel:
      within(rest, 'cancel');
      return { kind: 'cancel', id };
    case codes.rotate:
      within(rest, 'rotate');
      return { kind: 'rotate' };
    case codes.rotated:
      within(rest, 'rotated');
      return { kind: 'rotated' };
    default:
      throw new TunnelError(`a hub sends no frame of the kind ${code}`);
  }
}

/** What an edge sent. Throws `TunnelError` for anything that is no frame of an edge. */
export function readEdgeFrame(bytes: Buffer): EdgeFrame {
  const { code, id, rest } = split(bytes);
  switch (code) {
    case codes.head:
      return { kind: 'head', id, head: readHead(within(rest, 'head')) };
    case codes.data:
      if (rest.length === 0) throw new TunnelError('a part of an answer is empty');
      return { kind: 'data', id, data: within(rest, 'data') };
    case codes.end:
      within(rest, 'end');
      return { kind: 'end', id };
    case codes.failed: {
      const { why, detail } = readObject(within(rest, 'failed'));
      const known = failureKinds.find((kind) => kind === why);
      if (known === undefined) throw new TunnelError('a failure has no known reason');
      return { kind: 'failed', id, why: known, detail: textIn(detail, DETAIL_MAX) };
    }
    case codes['new-key']: {
      const { key, byOld, byNew } = readObject(within(rest, 'new-key'));
      const [most, signature] = [64, 128];
      return {
        kind: 'new-key',
        key: textIn(key, most),
        byOld: textIn(byOld, signature),
        byNew: textIn(byNew, signature),
      };
    }
    default:
      throw new TunnelError(`an edge sends no frame of the kind ${code}`);
  }
}

function split(bytes: Buffer): { code: number; id: number; rest: Buffer } {
  if (bytes.length < HEADER_BYTES) throw new TunnelError('a frame is too short');
  return {
    code: bytes.readUInt8(0),
    id: bytes.readUInt32BE(1),
    rest: bytes.subarray(HEADER_BYTES),
  };
}

function within(rest: Buffer, kind: keyof typeof codes): Buffer {
  const most = mostBytes(kind);
  if (rest.length > most) throw new TunnelError(`${kind} has more than ${most} bytes`);
  return rest;
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
