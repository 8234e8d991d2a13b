import { TunnelError } from '../tunnel/frames.ts';
import {
  createOpening,
  createSeal,
  isStatement,
  type KeyPair,
  readOpening,
  type Seal,
  signStatement,
  transcriptOf,
} from '../tunnel/greeting.ts';
import { tunnelLimits } from '../tunnel/limits.ts';

/** Messages of one connection, one after the other. */
export interface Messages {
  send(bytes: Buffer): Promise<void>;
  /** Rejects when the connection ends first. */
  next(): Promise<Buffer>;
}

/** What an edge says of itself, sealed, after the hub has proved who it is. */
export interface Proof {
  key: KeyPair;
  secret: string | null;
  engineId: string | null;
  version: string;
}

export type Greeted =
  | { kind: 'welcome'; host: string; seal: Seal; transcript: string }
  | { kind: 'refused'; code: string; text: string };

/**
 * Greets a hub: it has to prove that it has the key that came with the one-time key before it is told
 * anything. Rejects with `TunnelError` when it does not.
 */
export async function greetHub(
  messages: Messages,
  hubKey: string,
  { key, secret, engineId, version }: Proof,
): Promise<Greeted> {
  const own = createOpening();
  const { nonce, share } = own;
  await messages.send(json({ nonce, share }));
  const answer = readJson(await messages.next());
  const ofHub = readOpening(answer);
  const transcript = transcriptOf(own, ofHub);
  if (!isStatement(answer.signature, hubKey, 'hub', transcript)) {
    throw new TunnelError('whoever answers there is not the hub that the one-time key came from');
  }
  const seal = createSeal(own, ofHub, transcript, 'edge');
  const signature = signStatement(key.privateKey, 'edge', transcript);
  const proof = { key: key.publicKey, signature, secret, engineId, version };
  await messages.send(seal.seal(json(proof)));
  const { kind, host, code, text } = readJson(seal.open(await messages.next()));
  if (kind === 'welcome' && typeof host === 'string') {
    return { kind, host, seal, transcript };
  }
  return { kind: 'refused', code: String(code).slice(0, 40), text: String(text).slice(0, 300) };
}

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value), 'utf8');

function readJson(bytes: Buffer): Readonly<Record<string, unknown>> {
  if (bytes.length > tunnelLimits.greetingBytes) throw new TunnelError('a greeting is too long');
  try {
    return Object(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw new TunnelError('the greeting of the other end is no JSON');
  }
}
