import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { TunnelError } from './frames.ts';
import { tunnelLimits } from './limits.ts';

// How the two ends of a tunnel prove themselves to each other. Both make a nonce and a share of X25519;
// the hub signs all four with its key, which the edge knows from its one-time key; from then on all is
// sealed with what comes of the shares, and the edge signs the same four with its own. So a signature
// holds for one connection alone, and who sits between the ends, a proxy that ends TLS among them, can
// neither read nor add anything.

const VERSION = 'seawall-edge/1';
/** 32 bytes in base64url. */
const WORD = /^[A-Za-z0-9_-]{43}$/;
const NONCE_BYTES = 32;
const TAG_BYTES = 16;

/** An Ed25519 pair as it is kept: the public half as 43 letters, the private one as PEM. */
export interface KeyPair {
  publicKey: string;
  privateKey: string;
}

/** What both ends send openly. */
export interface Opening {
  nonce: string;
  share: string;
}

/** An opening together with the secret half of its share. */
export interface OwnOpening extends Opening {
  secret: KeyObject;
}

/** What seals messages in one direction and opens those of the other. Both count: none comes twice. */
export interface Seal {
  seal(plain: Buffer): Buffer;
  /** Throws `TunnelError` for anything but the next message of the other end. */
  open(sealed: Buffer): Buffer;
}

export function createKeyPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: wordOf(publicKey),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A new nonce and share. */
export function createOpening(): OwnOpening {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    nonce: randomBytes(NONCE_BYTES).toString('base64url'),
    share: wordOf(publicKey),
    secret: privateKey,
  };
}

const wordOf = (key: KeyObject): string => String(key.export({ format: 'jwk' }).x);

/** Whether a text is a public key, a nonce or a share by its form. */
export const isWord = (text: unknown): text is string =>
  typeof text === 'string' && WORD.test(text);

/** An opening that came from the other end; throws `TunnelError` for what is none. */
export function readOpening({ nonce, share }: Readonly<Record<string, unknown>>): Opening {
  if (!isWord(nonce) || !isWord(share)) throw new TunnelError('the greeting has no nonce or share');
  return { nonce, share };
}

/** What both ends sign of one connection: it names both nonces and both shares. */
export function transcriptOf(ofEdge: Opening, ofHub: Opening): string {
  const parts = [VERSION, ofEdge.nonce, ofEdge.share, ofHub.nonce, ofHub.share];
  return createHash('sha256').update(parts.join('\n')).digest('base64url');
}

/** Who says something, so that no signature can stand for another. */
export type Statement = 'hub' | 'edge' | 'new-key-by-old' | 'new-key-by-new';

/** Signs a statement about a connection; `about` is the new key where there is one. */
export function signStatement(
  privateKey: string,
  statement: Statement,
  transcript: string,
  about = '',
): string {
  const text = [VERSION, statement, transcript, about].join('\n');
  return sign(null, Buffer.from(text), createPrivateKey(privateKey)).toString('base64url');
}

/** Whether the holder of the key made this statement about this connection. */
export function isStatement(
  signature: unknown,
  publicKey: string,
  statement: Statement,
  transcript: string,
  about = '',
): boolean {
  if (typeof signature !== 'string' || !isWord(publicKey)) return false;
  const text = [VERSION, statement, transcript, about].join('\n');
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey },
    format: 'jwk',
  });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}

/** What seals a connection. Throws `TunnelError` for a share that is none. */
export function createSeal(
  own: OwnOpening,
  other: Opening,
  transcript: string,
  end: 'hub' | 'edge',
): Seal {
  let bytes: Buffer;
  try {
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'X25519', x: other.share },
      format: 'jwk',
    });
    const shared = diffieHellman({ privateKey: own.secret, publicKey });
    bytes = Buffer.from(hkdfSync('sha256', shared, transcript, VERSION, 64));
  } catch {
    throw new TunnelError('the share of the other end cannot be used');
  }
  const [first, second] = [bytes.subarray(0, 32), bytes.subarray(32)];
  const [ofHub, ofEdge] = [counting(first), counting(second)];
  const [sending, receiving] = end === 'hub' ? [ofHub, ofEdge] : [ofEdge, ofHub];
  return {
    seal(plain) {
      const cipher = createCipheriv('aes-256-gcm', sending.key, sending.next());
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed) {
      if (sealed.length < TAG_BYTES) throw new TunnelError('a message is too short');
      const decipher = createDecipheriv('aes-256-gcm', receiving.key, receiving.next());
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
      } catch {
        throw new TunnelError('a message is not from the other end, or not the next one');
      }
    },
  };
}

/** A key that is used with each number once. */
function counting(key: Buffer): { key: Buffer; next(): Buffer } {
  let count = 0n;
  return {
    key,
    next() {
      const nonce = Buffer.alloc(12);
      nonce.writeBigUInt64BE(count, 4);
      count += 1n;
      return nonce;
    },
  };
}

export const writeGreeting = (message: object): Buffer =>
  Buffer.from(JSON.stringify(message), 'utf8');

/** The fields of one that came. Throws `TunnelError` for one that is too long, and for what is no JSON. */
export function readGreeting(bytes: Buffer): Readonly<Record<string, unknown>> {
  if (bytes.length > tunnelLimits.greetingBytes) throw new TunnelError('a greeting is too long');
  try {
    return Object(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new TunnelError('a greeting is no JSON');
  }
}
