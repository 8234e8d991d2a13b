import { createHash, randomBytes } from 'node:crypto';

// What a person carries from the chat to the machine of an edge: where the hub is, by which key it is
// known, and a secret that the hub takes once.

const PREFIX = 'swe1_';
const KEY_BYTES = 32;
const SECRET_BYTES = 24;
const TEXT_MAX = 1024;

export interface OneTimeKey {
  /** Address of the hub, `wss://…`, or `ws://…` where somebody else encrypts. */
  url: string;
  /** The public key of the hub. */
  hubKey: string;
  secret: string;
}

/** A secret of 192 bits. */
export const createSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** By this the hub knows a secret; it keeps no other form of it. */
export const hashSecret = (secret: string): string =>
  createHash('sha256').update(`seawall one-time key\n${secret}`).digest('hex');

/** The text of a one-time key, one word. */
export function writeOneTimeKey({ url, hubKey, secret }: OneTimeKey): string {
  const parts = [
    Buffer.from(hubKey, 'base64url'),
    Buffer.from(secret, 'base64url'),
    Buffer.from(url, 'utf8'),
  ];
  return PREFIX + Buffer.concat(parts).toString('base64url');
}

/** What a one-time key says; null for a text that is none. */
export function readOneTimeKey(text: string): OneTimeKey | null {
  const [trimmed, least] = [text.trim(), KEY_BYTES + SECRET_BYTES];
  if (!trimmed.startsWith(PREFIX) || trimmed.length > TEXT_MAX) return null;
  const bytes = Buffer.from(trimmed.slice(PREFIX.length), 'base64url');
  const url = bytes.subarray(least).toString('utf8');
  if (bytes.length <= least || !/^wss?:\/\//.test(url) || !URL.canParse(url)) return null;
  return {
    url,
    hubKey: bytes.subarray(0, KEY_BYTES).toString('base64url'),
    secret: bytes.subarray(KEY_BYTES, least).toString('base64url'),
  };
}
